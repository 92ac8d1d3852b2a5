import { randomUUID } from 'node:crypto';
import { after, before, describe } from 'node:test';
import { type OpenStore, openStores } from '../../src/storage/open-store.ts';
import { objectStoreContract } from '../contracts/object-store.ts';
import { type S3Server, startVersitygw, withoutVersitygw } from './support/versitygw.ts';

describe('on a real S3 server', { skip: withoutVersitygw }, () => {
  let server: S3Server;
  let open: OpenStore;
  before(async () => {
    server = await startVersitygw(['inputs']);
    Object.assign(process.env, server.environment);
    open = openStores();
  });
  after(() => server.close());

  objectStoreContract({
    name: 'S3',
    skipReplacedMetadata: 'versitygw with --sidecar keeps the metadata of the object that was replaced',
    async open() {
      const { store, key } = open(`s3://inputs/${randomUUID()}/`);
      return { store, base: key };
    },
  });
});
