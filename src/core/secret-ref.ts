import { Construct } from 'constructs';

/** A key of a Secret in the namespace of the workload that reads it. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secretName: string;
  /** Key inside it. */
  readonly key: string;
}

/** A secret value by reference: no value ever stands in a manifest. */
export abstract class SecretRef {
  /**
   * A Secret that exists in the namespace.
   *
   * @param secretName name of the Secret
   * @param key key inside it
   */
  public static existing(secretName: string, key: string): SecretRef {
    return new (class extends SecretRef {
      public bind(): SecretKey {
        return { secretName, key };
      }
    })();
  }

  /**
   * Declare what the reference needs, and say where the value will be.
   *
   * @param scope where objects may be declared
   */
  public abstract bind(scope: Construct): SecretKey;
}
