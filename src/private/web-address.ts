import { InputError } from './input-error';

/**
 * Takes an address apart, or says what is wrong with it.
 *
 * A password in an address would be written into manifests, so it is refused, and not repeated in the message.
 */
export function requireWebAddress(what: string, address: string, schemes: string[]): URL {
  const forms = schemes.map((scheme) => `${scheme}://…`).join(' or ');
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new InputError('address/malformed', `'${what}' must be an address such as ${forms}, got '${address}'`);
  }
  if (hasCredentials(url)) {
    throw new InputError('address/credentials', `'${what}' must not hold a user or password, got one for '${url.host}'; pass it as a SecretRef`);
  }
  if (!schemes.includes(url.protocol.replace(':', ''))) {
    throw new InputError('address/scheme', `'${what}' must be an address such as ${forms}, got '${address}'`);
  }
  return url;
}

/** `git@host` over SSH names an account that everybody shares; over HTTP a user name is a token in disguise. */
export function hasCredentials(url: URL): boolean {
  return url.password !== '' || (url.username !== '' && /^https?:$/.test(url.protocol));
}
