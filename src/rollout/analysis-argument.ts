import { Construct } from 'constructs';
import { SecretRef } from '../core/secret-ref';

/** What stands for `{{args.<name>}}` in an analysis. */
export class AnalysisArgument {
  /**
   * A value that everybody may read.
   *
   * @param value the value. In a template, whoever runs it may pass another one
   */
  public static value(value: string): AnalysisArgument {
    return new AnalysisArgument('value', () => ({ value }));
  }

  /**
   * A secret value, which Argo Rollouts reads when it measures. For templates: what a rollout passes on cannot be secret.
   *
   * @param secret where the value is, in the namespace of the rollout
   */
  public static secret(secret: SecretRef): AnalysisArgument {
    return new AnalysisArgument('secret', (scope) => {
      const { secretName, key } = secret.bind(scope);
      return { valueFrom: { secretKeyRef: { name: secretName, key } } };
    });
  }

  /** A value that whoever runs the template has to pass. */
  public static required(): AnalysisArgument {
    return new AnalysisArgument('required', () => ({}));
  }

  /**
   * A field of the rollout, which it passes when it starts the analysis. Argo Rollouts reads fields only for what a rollout passes, not for what
   * a template declares.
   *
   * @param fieldPath path such as `metadata.labels['env']` or `spec.template.spec.containers[0].image`
   */
  public static rolloutField(fieldPath: string): AnalysisArgument {
    return new AnalysisArgument('rolloutField', () => ({ valueFrom: { fieldRef: { fieldPath } } }));
  }

  private constructor(
    /** `value`, `secret`, `required` or `rolloutField`. */
    public readonly kind: string,
    private readonly render: (scope: Construct) => any,
  ) {}

  /** @internal */
  public _render(scope: Construct): any {
    return this.render(scope);
  }
}
