import { spawnSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { createServer, Server } from 'https';
import { AddressInfo } from 'net';
import { join } from 'path';
import { LocalApi } from './local-api';
import { temporaryFolder } from '../../support/folders';

const folder = temporaryFolder();
const [key, certificate, authority] = ['key.pem', 'server.pem', 'apiserver.crt'].map((name) => join(folder, name));
let server: Server;

beforeAll(async () => {
  spawnSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', key, '-out', certificate,
  ]);
  server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

test('a certificate that was read while the API server wrote it is read again', async () => {
  const api = new LocalApi((server.address() as AddressInfo).port, 'token', authority);
  expect(await api.answers('/readyz')).toBe(false);

  writeFileSync(authority, '');
  expect(await api.answers('/readyz')).toBe(false);
  writeFileSync(authority, readFileSync(certificate));

  expect(await api.answers('/readyz')).toBe(true);
  api.close();
});
