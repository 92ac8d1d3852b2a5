import type { CreateModelRequest } from '../sagemaker-api/create-model.ts';
import { validationException } from './api-error.ts';
import { type Account, arnOf } from './resource-names.ts';
import type { Records } from './state/records.ts';
import type { StoredModel } from './state/stored.ts';

/** The models; refusals are in the service's words. */
export interface Models {
  /** @throws ApiError ValidationException if there is one of that name */
  create(request: CreateModelRequest): StoredModel;
  /** @throws ApiError ValidationException if there is none */
  get(name: string): StoredModel;
  all(): readonly StoredModel[];
  /** Changes what was asked for, which is where tags are. */
  replaceRequest(request: CreateModelRequest): void;
  /** @throws ApiError ValidationException if there is none */
  delete(name: string): void;
}

export function createModels(records: Records<StoredModel>, account: Account): Models {
  const quoted = (name: string) => `"${arnOf(account, 'model', name)}"`;
  const models: Models = {
    create(request) {
      const name = request.ModelName;
      if (records.get(name)) throw validationException(`Cannot create already existing model ${quoted(name)}.`);
      const model = { request, creationTime: Date.now() };
      records.set(name, model);
      return model;
    },
    get(name) {
      const model = records.get(name);
      if (!model) throw validationException(`Could not find model ${quoted(name)}.`);
      return model;
    },
    all: () => records.all(),
    replaceRequest: (request) => records.set(request.ModelName, { ...models.get(request.ModelName), request }),
    delete(name) {
      models.get(name);
      records.delete(name);
    },
  };
  return models;
}
