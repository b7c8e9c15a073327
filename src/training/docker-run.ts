import { TRAIN } from './program-step';
import { TrainingProgram } from './training-program';
import { Workspace } from './workspace';

/** The training on any host with Docker: a script of the shell that runs the same image with the same arguments. */
export function dockerRun(program: TrainingProgram, snapshot: string, devices: number): string {
  const settings = program.featureSchema
    ? [`mkdir -p settings && printf '%s' ${quoted(program.featureSchema.content)} > settings/feature-schema.json`]
    : [];
  const common = [
    '--rm --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp',
    '--user "$(id -u):$(id -g)"',
    `--volume "$PWD/workspace:${Workspace.FOLDER}"`,
    ...program.featureSchema ? [`--volume "$PWD/settings:${Workspace.SETTINGS}:ro"`] : [],
    ...Object.entries(program._environment(snapshot)).map(([name, value]) => `--env ${quoted(`${name}=${value}`)}`),
    // their values are those of the caller
    ...Object.keys(program._secrets).map((name) => `--env ${name}`),
  ];
  return [
    '#!/bin/sh',
    `# Trains ${program.modelName} as the cluster does. It writes to ./workspace; secrets are read from the environment of whoever calls it.`,
    'set -eu',
    'mkdir -p workspace',
    ...settings,
    ...program._steps.flatMap(({ name, command }) => [
      '',
      `# ${name}`,
      ['docker run', ...common, ...name === TRAIN && devices > 0 ? [`--gpus ${devices}`] : [], program.image.uri, ...command.map(quoted)].join(' \\\n  '),
    ]),
    '',
  ].join('\n');
}

/** A word of the shell. */
function quoted(text: string): string {
  return /^[A-Za-z0-9_./:=@,+-]+$/.test(text) ? text : `'${text.replace(/'/g, '\'\\\'\'')}'`;
}
