import { fileUri, openStores } from '../../src/storage/open-store.ts';
import { objectStoreContract } from '../contracts/object-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

objectStoreContract({
  name: 'files',
  async open(t) {
    const { store, key } = openStores()(fileUri(`${await temporaryFolder(t)}/`));
    return { store, base: key };
  },
});
