import { FindingSeverity } from '../../core/findings';
import { containersOf, podsOf } from '../../private/workloads';
import { IPolicyRule, PolicyFinding } from '../rule';

const INSTALLERS = [
  /\b(?:pip3?|uv pip|conda|mamba|npm|apt-get|apt|apk|dnf|yum|gem|cargo)(?: -\S+)* (?:install|add|ci)\b/,
  /\b(?:curl|wget)\b[^|;&]*\|\s*(?:sudo )?(?:ba|z)?sh\b/,
];

/** A container must start with what was scanned: nothing is installed when it runs. */
export class InstallAtStart implements IPolicyRule {
  public readonly ruleId = 'supply-chain/install-at-start';
  public readonly severity = FindingSeverity.WARNING;

  public check(manifest: any): PolicyFinding[] {
    return podsOf(manifest).flatMap(containersOf).flatMap(({ where, container }) => {
      const commandLine = [...container.command ?? [], ...container.args ?? [], container.source ?? ''].join(' ');
      const installer = INSTALLERS.map((pattern) => pattern.exec(commandLine)?.[0]).find((match) => match !== undefined);
      return installer === undefined ? [] : [{
        message: `${where} runs '${installer}' when it starts, so what runs is not what was scanned, and a start needs the network`,
        remedy: 'install it when the image is built',
      }];
    });
  }
}
