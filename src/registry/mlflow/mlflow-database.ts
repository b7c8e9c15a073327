import { Size } from 'cdk8s';
import { NetworkPeer } from '../../core/network-peer';
import { SecretRef } from '../../core/secret-ref';

/** Options of `MlflowDatabase.sqlite()`. */
export interface SqliteOptions {
  /**
   * Size of the volume.
   *
   * @default Size.gibibytes(5)
   */
  readonly size?: Size;
  /**
   * Storage class of the volume.
   *
   * @default - that of the cluster
   */
  readonly storageClassName?: string;
}

/** Where an MLflow server keeps experiments, runs, versions and aliases. */
export class MlflowDatabase {
  /**
   * A PostgreSQL database that exists.
   *
   * @param uri secret with the whole address, such as `postgresql://mlflow:…@db.example.com:5432/mlflow`. What a URI takes for syntax is
   * written with percent signs in user and password
   * @param reachedAt who answers there: the address is a secret, so the network policy cannot be read from it
   * @see https://mlflow.org/docs/latest/self-hosting/architecture/backend-store/
   */
  public static postgres(uri: SecretRef, reachedAt: NetworkPeer): MlflowDatabase {
    return new MlflowDatabase(uri, reachedAt, undefined);
  }

  /**
   * A file on a volume, to try MLflow out: one replica, a pause at every change, and nothing collects what was deleted.
   *
   * @param options size and class of the volume
   */
  public static sqlite(options: SqliteOptions = {}): MlflowDatabase {
    return new MlflowDatabase(undefined, undefined, options);
  }

  private constructor(
    /** Secret with the address. Absent for SQLite. */
    public readonly uri: SecretRef | undefined,
    /** Who answers there. Absent for SQLite. */
    public readonly reachedAt: NetworkPeer | undefined,
    private readonly volume: SqliteOptions | undefined,
  ) {}

  /** Whether it serves one replica only. */
  public get isSingleReplica(): boolean {
    return this.volume !== undefined;
  }

  /**
   * The claim of the volume, where there is one.
   *
   * @internal
   */
  public _toVolumeClaim(): any {
    if (!this.volume) {return undefined;}
    const size = this.volume.size ?? Size.gibibytes(5);
    return {
      accessModes: ['ReadWriteOnce'],
      storageClassName: this.volume.storageClassName,
      resources: { requests: { storage: `${size.toMebibytes()}Mi` } },
    };
  }
}
