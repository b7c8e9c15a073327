import { MetricQuery } from '../../core/metric-query';
import { Owner } from '../../core/owner';
import { Panel, PanelKind } from '../panel';
import { IMonitoringSegment } from '../segment';
import { bottomOf, placePanels } from './layout';
import { DATASOURCE, toPanelJson, toRowJson } from './panel-json';

/** A moment that is drawn as a line through every panel. */
export interface VersionMarker {
  /** Returns something while a version is new, by the label. */
  readonly query: MetricQuery;
  readonly label: string;
}

/** What a dashboard shows. */
export interface DashboardContent {
  readonly uid: string;
  readonly title: string;
  readonly tags: string[];
  readonly datasourceUid: string;
  readonly segments: IMonitoringSegment[];
  readonly owner: Owner;
  readonly marker: VersionMarker;
  /** Least resolution of a query, such as `30s`. */
  readonly step: string;
}

const STAT_HEIGHT = 5;
const PANEL_HEIGHT = 8;

/** A dashboard as Grafana reads it: stats of all segments on top, then one row for each segment. */
export function toDashboardJson(content: DashboardContent): unknown {
  return {
    uid: content.uid,
    title: content.title,
    tags: content.tags,
    timezone: 'browser',
    editable: false,
    graphTooltip: 1,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    schemaVersion: 39,
    annotations: { list: [toAnnotation(content.marker)] },
    links: [toRunbookLink(content.owner)],
    templating: { list: [datasourceVariable(content.datasourceUid)] },
    panels: toPanels(content.segments, content.step),
  };
}

function toPanels(segments: IMonitoringSegment[], step: string): unknown[] {
  const rows = segments.map((segment) => ({ title: segment.segmentName, panels: segment.panels() }));
  const stats = rows.flatMap((row) => row.panels.filter(isStat));
  const ids = counter();
  const statPlaces = placePanels(stats.length, 0, STAT_HEIGHT, 6);
  const drawn = stats.map((panel, i) => toPanelJson(panel, ids(), statPlaces[i], step));
  let top = bottomOf(statPlaces, 0);
  for (const row of rows) {
    const panels = row.panels.filter((panel) => !isStat(panel));
    if (panels.length === 0) {continue;}
    const places = placePanels(panels.length, top + 1, PANEL_HEIGHT, 3);
    drawn.push(toRowJson(row.title, ids(), top), ...panels.map((panel, i) => toPanelJson(panel, ids(), places[i], step)));
    top = bottomOf(places, top);
  }
  return drawn;
}

function isStat(panel: Panel): boolean {
  return panel.kind === PanelKind.STAT;
}

function counter(): () => number {
  let last = 0;
  return () => ++last;
}

function toAnnotation(marker: VersionMarker): unknown {
  return {
    name: 'New versions',
    datasource: DATASOURCE,
    enable: true,
    iconColor: 'blue',
    expr: marker.query.expr,
    step: '60s',
    titleFormat: `version {{${marker.label}}}`,
    textFormat: marker.query.title,
    tagKeys: marker.label,
    useValueForTime: false,
  };
}

function toRunbookLink(owner: Owner): unknown {
  return {
    title: `Runbook of ${owner.team}`,
    type: 'link',
    icon: 'doc',
    tooltip: owner.contact ?? '',
    url: owner.runbookUrl,
    tags: [],
    asDropdown: false,
    targetBlank: true,
    includeVars: false,
    keepTime: false,
  };
}

function datasourceVariable(uid: string): unknown {
  return {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    current: { text: uid, value: uid },
    hide: 0,
    includeAll: false,
    multi: false,
    options: [],
    refresh: 1,
    regex: '',
    skipUrlSync: false,
  };
}
