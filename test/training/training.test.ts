import { GateComparison, QualityGates } from '../../src';
import { aGate, GATES_FILE } from '../support/drift';

test('the gates of the file are read as they stand there', () => {
  expect(QualityGates.fromFile(GATES_FILE).gates).toEqual([
    { metric: 'accuracy', minimum: 0.92, comparison: GateComparison.AT_LEAST },
    { metric: 'latency_p95_ms', maximum: 50, comparison: GateComparison.AT_MOST },
    { metric: 'model_size_mb', maximum: 500 },
    { metric: 'feature_importance_stability', minimum: 0.85 },
  ]);
});

test('a gate says which model it judges, on which set', () => {
  const gate = aGate();

  expect([gate.gatedModel, gate.goldenSetSha256, gate.goldenSet.uri]).toEqual(
    ['fraud-detection', 'd'.repeat(64), 's3://acme-registry/reference/fraud-detection/golden.parquet']);
  expect(gate.qualityGates.gates).toHaveLength(4);
});
