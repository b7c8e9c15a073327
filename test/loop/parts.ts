import { buildLoopImages } from './images';
import { BuildOptions, collectDefinitions } from '../cluster/harness/build';
import { PUSHGATEWAY, WORKFLOW_DEFINITIONS, WORKFLOWS } from '../cluster/harness/parts';
import { buildNodeParts } from '../cluster/node/build';
import { Images } from '../cluster/node/images';
import { NodeParts } from '../cluster/node/real-nodes';
import { python } from '../mlflow/harness/python';

/** What was built for the loop. */
export interface LoopParts extends NodeParts {
  readonly loopImages: Images;
  /** Folder of the CustomResourceDefinitions of Argo Workflows that its controller needs besides. */
  readonly workflowDefinitions: string;
  /** Python with the servers that stand beside the cluster: MLflow, and an object store. */
  readonly python: string;
}

/** Builds what the loop needs and the cache does not have. */
export async function buildLoopParts(options: BuildOptions): Promise<LoopParts> {
  const parts = await buildNodeParts(options, [WORKFLOWS, PUSHGATEWAY]);
  return {
    ...parts,
    loopImages: await buildLoopImages(parts.programs.argoexec, options),
    workflowDefinitions: await collectDefinitions(WORKFLOW_DEFINITIONS, options),
    python: python(),
  };
}
