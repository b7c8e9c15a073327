import { MetricQuery } from '../../core/metric-query';
import { Panel, PanelKind, PanelLevel, PanelThreshold } from '../panel';
import { GridPos } from './layout';

/** The data source that the reader picks at the top of the dashboard. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

const COLORS: { [level in PanelLevel]: string } = {
  [PanelLevel.GOOD]: 'green',
  [PanelLevel.WARNING]: 'orange',
  [PanelLevel.BAD]: 'red',
};

/** A panel as Grafana reads it. */
export function toPanelJson(panel: Panel, id: number, gridPos: GridPos, step: string): unknown {
  return {
    id,
    type: panel.kind,
    title: panel.title,
    description: panel.description,
    datasource: DATASOURCE,
    gridPos,
    targets: panel.queries.map((query, i) => toTarget(panel, query, i, step)),
    fieldConfig: { defaults: fieldDefaults(panel), overrides: unitOverrides(panel) },
    options: optionsOf(panel),
  };
}

/** The heading of a row. */
export function toRowJson(title: string, id: number, y: number): unknown {
  return { id, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: 24, h: 1 }, panels: [] };
}

function toTarget(panel: Panel, query: MetricQuery, i: number, step: string): unknown {
  const heatmap = panel.kind === PanelKind.HEATMAP;
  return {
    refId: refId(i),
    datasource: DATASOURCE,
    editorMode: 'code',
    expr: query.expr,
    format: heatmap ? 'heatmap' : 'time_series',
    legendFormat: heatmap ? '{{le}}' : legendOf(panel, query),
    // Grafana makes its rate interval four times this step
    interval: step,
    range: true,
  };
}

function legendOf(panel: Panel, query: MetricQuery): string {
  if (panel.legendLabel === undefined) {return query.title;}
  const value = `{{${panel.legendLabel}}}`;
  return panel.queries.length === 1 ? value : `${query.title} ${value}`;
}

function fieldDefaults(panel: Panel): unknown {
  return {
    unit: panel.queries[0]?.unit,
    color: { mode: panel.kind === PanelKind.STAT ? 'thresholds' : 'palette-classic' },
    thresholds: { mode: 'absolute', steps: thresholdSteps(panel.thresholds ?? []) },
    custom: panel.kind === PanelKind.TIME_SERIES ? lineStyle(panel) : undefined,
  };
}

/** Grafana wants a first step without a value. */
function thresholdSteps(thresholds: PanelThreshold[]): unknown[] {
  const steps = thresholds.map((threshold) => ({ value: threshold.from ?? null, color: COLORS[threshold.level] }));
  return steps[0]?.value === null ? steps : [{ value: null, color: thresholds.length === 0 ? 'text' : 'green' }, ...steps];
}

function lineStyle(panel: Panel): unknown {
  return {
    drawStyle: 'line',
    lineWidth: 2,
    fillOpacity: 10,
    showPoints: 'never',
    spanNulls: false,
    axisSoftMin: 0,
    thresholdsStyle: { mode: panel.thresholds ? 'dashed' : 'off' },
  };
}

/** Two units in one panel: the second gets the axis on the right. */
function unitOverrides(panel: Panel): unknown[] {
  return panel.queries.flatMap((query, i) => query.unit === panel.queries[0].unit ? [] : [{
    matcher: { id: 'byFrameRefID', options: refId(i) },
    properties: [{ id: 'unit', value: query.unit }, { id: 'custom.axisPlacement', value: 'right' }],
  }]);
}

function optionsOf(panel: Panel): unknown {
  switch (panel.kind) {
    case PanelKind.STAT:
      return {
        colorMode: 'background',
        graphMode: 'area',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: panel.queries.length > 1 || panel.legendLabel ? 'value_and_name' : 'value',
        wideLayout: true,
      };
    case PanelKind.HEATMAP:
      return {
        calculate: false,
        cellGap: 1,
        color: { mode: 'scheme', scheme: 'Oranges', fill: 'dark-orange', scale: 'exponential', exponent: 0.5, steps: 64, reverse: false },
        filterValues: { le: 1e-9 },
        rowsFrame: { layout: 'auto' },
        showValue: 'never',
        exemplars: { color: 'rgba(255,0,255,0.7)' },
        tooltip: { mode: 'single', yHistogram: true, showColorScale: true },
        legend: { show: true },
        yAxis: { axisPlacement: 'left', reverse: false, unit: panel.queries[0]?.unit },
      };
    case PanelKind.TIME_SERIES:
      return {
        legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
        tooltip: { mode: 'multi', sort: 'desc' },
      };
  }
}

function refId(i: number): string {
  return i < 26 ? String.fromCharCode(65 + i) : `Q${i}`;
}
