import { InputError } from '../private/input-error';

/** Where the controller finds the program of a plugin. It runs with the rights of the controller, so what runs has to be known. */
export class PluginBinary {
  /**
   * A file that the controller downloads when it starts, and refuses if its content is another.
   *
   * @param url such as `https://github.com/argoproj-labs/rollouts-plugin-trafficrouter-gatewayapi/releases/download/v0.15.0/gatewayapi-plugin-linux-amd64`
   * @param sha256 hash of its content, 64 hex digits
   * @throws if it is not downloaded over HTTPS, or the hash is malformed
   */
  public static fromUrl(url: string, sha256: string): PluginBinary {
    if (!/^https:\/\/[^\s/?#@]+\/\S+$/.test(url)) {
      throw new InputError('plugin/malformed-url', `'url' must look like 'https://host/path/gatewayapi-plugin-linux-amd64', without credentials, got '${url}'`);
    }
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new InputError('plugin/malformed-hash', `'sha256' must be 64 lower-case hex digits, got '${sha256}'; without it, whoever controls the address controls the rollouts`);
    }
    return new PluginBinary(url, sha256);
  }

  /**
   * A file in the container of the controller, put there by an init container or by an image of your own. The controller checks no hash of files: pin
   * the image by its digest.
   *
   * @param path such as `/plugins/gatewayapi-plugin`
   * @throws if the path is not absolute
   */
  public static fromFile(path: string): PluginBinary {
    if (!/^\/[^\s?#]+$/.test(path)) {
      throw new InputError('plugin/malformed-path', `'path' must be absolute, such as '/plugins/gatewayapi-plugin', got '${path}'`);
    }
    return new PluginBinary(`file://${path}`, undefined);
  }

  private constructor(
    /** As the controller reads it. */
    public readonly location: string,
    /** Hash of the content, where the controller checks one. */
    public readonly sha256: string | undefined,
  ) {}
}
