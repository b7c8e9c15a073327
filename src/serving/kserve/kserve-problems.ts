import { KserveServingProps } from './kserve-options';
import { KserveStorage } from './kserve-storage';
import { KserveVersion } from '../../core/kserve-version';
import { ModelRelease } from '../../core/model-release';
import { InputProblems } from '../../private/input-error';
import { findKnativeProblems } from '../knative/knative-pod';
import { ModelSourceConfig } from '../model-source';

/** KServe adds `-predictor` to the name of an InferenceService, and a Service may have 63 characters. */
const LONGEST_NAME = 53;

/** A version beside another one has nine characters more. */
const VERSION_SUFFIX = 9;

/** Adds what KServe, or Knative behind it, would refuse or ignore. */
export function findKserveProblems(problems: InputProblems, props: KserveServingProps, source: ModelSourceConfig | undefined): void {
  const { mode, storage = [], logger, batcher, env = {}, secrets = {}, release, platform } = props;
  const name = props.serviceName ?? props.model.modelName;
  const longest = mode.standardOptions?.stages ? LONGEST_NAME - VERSION_SUFFIX : LONGEST_NAME;
  if (name.length > longest) {
    problems.add('kserve/long-service-name', `'serviceName' must be at most ${longest} characters, as KServe adds to it, got ${name.length} ('${name}')`);
  }
  for (const variable of ['PYTHONPATH', 'STORAGE_URI', 'PROTOCOL'].filter((reserved) => reserved in env || reserved in secrets)) {
    problems.add('kserve/refused-variable', variable === 'PYTHONPATH'
      ? "'PYTHONPATH' is refused by KServe, as it could load other code than that of the image; put the code where Python looks for it"
      : `'${variable}' is set by the serving itself; use 'storage', or a server that speaks another protocol`);
  }
  if (storage.length > 0 && props.source) {
    problems.add('kserve/source-and-storage', "'source' and 'storage' exclude each other; drop one of them");
  }
  if (release) {
    findStorageProblems(problems, storage, release, platform.kserve);
  }
  if (props.resources.cpu?.request && !props.resources.cpu.limit) {
    problems.add('kserve/no-cpu-limit',
      "'resources' must name cpu.limit, as KServe gives a container without one that of its own configuration (1 CPU as it is shipped); name what the load test needs at most");
  }
  if (logger && !/^https?:\/\/[^/\s]+/.test(logger.url)) {
    problems.add('kserve/malformed-logger', `'url' of the logger must be an address of HTTP, got '${logger.url}'`);
  }
  if (batcher && (!Number.isInteger(batcher.maxBatchSize) || batcher.maxBatchSize < 2 || batcher.maxLatency.toMilliseconds() < 1)) {
    problems.add('kserve/malformed-batcher',
      `'maxBatchSize' must be a whole number of at least 2 and 'maxLatency' at least a millisecond, got ${batcher.maxBatchSize} and ${batcher.maxLatency.toMilliseconds()}ms`);
  }
  if (mode.knativeOptions) {
    findKnativeProblems(problems, props, source);
  }
  problems.attempt(() => mode.standardOptions?.autoscaling?.check(platform));
}

/** Adds what is wrong with several places together. */
function findStorageProblems(problems: InputProblems, storage: KserveStorage[], release: ModelRelease, version: KserveVersion): void {
  storage.forEach((place) => place._findProblems(problems, release, version));
  if (storage.length < 2) {return;}
  if (version === KserveVersion.V0_15) {
    problems.add('kserve/several-storages', `several places need KServe 0.16 or newer, but the platform profile says ${version}; put the model into one`);
  }
  const paths = storage.map(({ mountPath }) => mountPath);
  const shared = paths.find((path, i) => paths.indexOf(path) !== i);
  if (shared !== undefined) {
    problems.add('kserve/shared-mount', `each place needs a 'mountPath' of its own, got '${shared}' twice`);
  } else if (new Set(paths.map((path) => path.split('/')[1])).size > 1) {
    problems.add('kserve/scattered-mounts', `'mountPath's must have a common folder, got ${paths.join(', ')}; KServe mounts that folder`);
  }
}
