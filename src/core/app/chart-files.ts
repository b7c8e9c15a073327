import { App, Chart, Names, YamlOutputType } from 'cdk8s';
import { toYaml } from './manifest-yaml';
import { Renderer } from './renderer';
import { StagedFolder } from './staged-folder';

/** What to write, and where. */
export interface ChartFiles {
  readonly app: App;
  /** In the order in which they are applied. */
  readonly charts: Chart[];
  /** Whether the order matters, so that the names start with a number. */
  readonly chartsLinked: boolean;
  readonly folder: StagedFolder;
  readonly renderer: Renderer;
}

/** Several documents in one text, as cdk8s' `Yaml.stringify` joins them. */
export function toDocuments(manifests: any[]): string {
  return manifests.map((manifest) => manifest === undefined ? '\n' : toYaml(manifest)).join(SEPARATOR);
}

/** Writes charts one after the other, under the names that the stock app gives them. */
export function writeCharts(files: ChartFiles): void {
  switch (files.app.yamlOutputType) {
    case YamlOutputType.FILE_PER_APP: return filePerApp(files);
    case YamlOutputType.FILE_PER_CHART: return filePerChart(files);
    case YamlOutputType.FILE_PER_RESOURCE: return filePerResource(files);
    case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE: return folderPerChart(files);
  }
}

/** Writes where each object comes from, for the validation plug-ins of the cdk8s CLI. */
export function writeConstructMetadata({ charts, folder, renderer }: ChartFiles): void {
  const objects = charts.flatMap((chart) => renderer.objectsOf(chart));
  const resources = Object.fromEntries(objects.map((object) => [object.name, { path: object.node.path }]));
  folder.write('construct-metadata.json', JSON.stringify({ version: '1.0.0', resources }));
}

const SEPARATOR = '---\n';

function filePerApp({ app, charts, folder, renderer }: ChartFiles): void {
  let separator = '';
  for (const chart of charts) {
    const manifests = renderer.manifestsOf(chart);
    folder.append(`app${app.outputFileExtension}`, manifests.length > 0 ? separator + toDocuments(manifests) : '');
    separator = manifests.length > 0 ? SEPARATOR : separator;
  }
}

function filePerChart(files: ChartFiles): void {
  const { app, charts, folder, renderer } = files;
  charts.forEach((chart, index) =>
    folder.write(nameOf(files, chart, index) + app.outputFileExtension, toDocuments(renderer.manifestsOf(chart))));
}

function filePerResource({ app, charts, folder, renderer }: ChartFiles): void {
  for (const chart of charts) {
    renderer.manifestsOf(chart).filter((manifest) => manifest !== undefined).forEach((manifest) =>
      folder.write(fileNameOf(manifest) + app.outputFileExtension, toDocuments([manifest])));
  }
}

function folderPerChart(files: ChartFiles): void {
  const { app, charts, folder, renderer } = files;
  charts.forEach((chart, index) => {
    const chartFolder = nameOf(files, chart, index);
    folder.addFolder(chartFolder);
    for (const object of renderer.objectsOf(chart)) {
      renderer.manifestsOfObject(object).forEach((manifest) =>
        folder.write(`${chartFolder}/${fileNameOf(object)}${app.outputFileExtension}`, toDocuments([manifest])));
    }
  });
}

function nameOf({ chartsLinked }: ChartFiles, chart: Chart, index: number): string {
  const name = Names.toDnsLabel(chart);
  return chartsLinked ? `${index.toString().padStart(4, '0')}-${name}` : name;
}

function fileNameOf(object: { readonly kind: string; readonly metadata: { readonly name?: string } }): string {
  return `${object.kind}.${object.metadata.name}`.replace(/[^0-9a-zA-Z-_.]/g, '');
}
