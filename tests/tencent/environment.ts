/** The environment (service tcb, version 2018-06-08): database, permissions, storage rule, HTTP access. */
import { ApiError } from './functions.ts';

type Params = Record<string, unknown>;

export interface Collection {
  aclTag: string;
  indexes: { Name: string; Keys: { Name: string; Direction: string }[]; Unique: boolean }[];
}

export interface Route {
  Path: string;
  Name: string;
  APIId: string;
  EnableAuth: boolean;
}

export class EnvironmentService {
  readonly envId: string;
  readonly collections = new Map<string, Collection>();
  routes: Route[] = [];
  domain: string;
  storageAcl = 'READONLY';
  functionRule = '{"*":{"invoke":"auth != null"}}';
  readonly #functionExists: (name: string) => boolean;
  readonly #onCreateCollection: (name: string) => void;

  constructor(options: {
    envId: string;
    domain: string;
    functionExists: (name: string) => boolean;
    onCreateCollection: (name: string) => void;
  }) {
    this.envId = options.envId;
    this.domain = options.domain;
    this.#functionExists = options.functionExists;
    this.#onCreateCollection = options.onCreateCollection;
  }

  /** @returns undefined for an action that it does not know. @throws ApiError */
  handle(action: string, params: Params): unknown {
    return this.#describe(action, params) ?? this.#database(action, params) ?? this.#access(action, params);
  }

  #describe(action: string, params: Params): unknown {
    switch (action) {
      case 'DescribeEnvs':
        return { EnvList: [this.#info()], Total: 1 };
      case 'DescribeEnvInfo':
        if (params.EnvId !== this.envId) return { EnvInfo: { EnvBaseInfo: {} } };
        return { EnvInfo: { EnvBaseInfo: this.#info(), UserInfo: { AppId: '1300000000' } } };
      case 'DescribeTcbAccountInfo':
        return { CloudAppId: '1300000000', AppId: '1300000000' };
      case 'DescribeStorageSafeRule':
        return { AclTag: this.storageAcl };
      case 'ModifyStorageSafeRule':
        this.storageAcl = String(params.AclTag);
        return {};
      case 'DescribeResourcePermission':
        return {
          Data: {
            TotalCount: 1,
            PermissionList: [
              { ResourceType: 'function', Permission: 'CUSTOM', SecurityRule: this.functionRule },
            ],
          },
        };
      case 'ModifyResourcePermission':
        this.functionRule = String(params.SecurityRule);
        return { Data: { Success: true } };
      default:
        return undefined;
    }
  }

  #database(action: string, params: Params): unknown {
    switch (action) {
      case 'ListTables':
        return {
          Tables: [...this.collections].map(([TableName, { indexes }]) => ({
            TableName,
            IndexCount: indexes.length + 1,
          })),
          Pager: { Total: this.collections.size },
        };
      case 'CreateTable':
        return this.#createTable(String(params.TableName));
      case 'DescribeTable':
        return {
          Indexes: [
            { Name: '_id_', Keys: [{ Name: '_id', Direction: '1' }], Unique: true },
            ...this.#table(params.TableName).indexes,
          ],
        };
      case 'UpdateTable':
        return this.#updateTable(params);
      case 'DescribeDatabaseACL':
        return { AclTag: this.#table(params.CollectionName).aclTag };
      case 'ModifyDatabaseACL':
        this.#table(params.CollectionName).aclTag = String(params.AclTag);
        return {};
      default:
        return undefined;
    }
  }

  #access(action: string, params: Params): unknown {
    switch (action) {
      case 'DescribeCloudBaseGWAPI':
        return {
          APISet: this.routes
            .filter(({ Name, Path }) => (params.Name ?? Name) === Name && (params.Path ?? Path) === Path)
            .map((route) => ({ ...route, ServiceId: this.envId, EnvId: this.envId, Type: 1 })),
          Total: this.routes.length,
          EnableService: true,
        };
      case 'CreateCloudBaseGWAPI':
        return this.#createRoute(params);
      case 'DescribeHTTPServiceRoute':
        return {
          Domains: [{ Domain: this.domain, DomainType: 'HTTPSERVICE', IsDefault: true, Enable: true }],
          OriginDomain: this.domain,
          TotalCount: 1,
        };
      default:
        return undefined;
    }
  }

  #createTable(name: string): object {
    if (this.collections.has(name)) throw new ApiError('ResourceInUse', `${name} already exists`);
    this.collections.set(name, { aclTag: 'PRIVATE', indexes: [] });
    this.#onCreateCollection(name);
    return {};
  }

  #updateTable(params: Params): object {
    const table = this.#table(params.TableName);
    const wanted = (params.CreateIndexes ?? []) as {
      IndexName: string;
      MgoKeySchema: { MgoIndexKeys: { Name: string; Direction: string }[]; MgoIsUnique: boolean };
    }[];
    for (const { IndexName, MgoKeySchema } of wanted) {
      table.indexes.push({
        Name: IndexName,
        Keys: MgoKeySchema.MgoIndexKeys,
        Unique: MgoKeySchema.MgoIsUnique,
      });
    }
    return {};
  }

  #createRoute(params: Params): object {
    const path = String(params.Path);
    const name = String(params.Name);
    if (!this.#functionExists(name))
      throw new ApiError('ResourceNotFound', `function ${name} does not exist`);
    if (this.routes.some(({ Path }) => Path === path)) {
      throw new ApiError('InvalidParameter.APICreated', `${path} already exists`);
    }
    const APIId = `api-${this.routes.length + 1}`;
    this.routes.push({ Path: path, Name: name, APIId, EnableAuth: params.AuthSwitch === 1 });
    return { APIId };
  }

  #table(name: unknown): Collection {
    const found = this.collections.get(String(name));
    if (!found) throw new ApiError('ResourceNotFound', `collection ${name} does not exist`);
    return found;
  }

  #info(): object {
    return {
      EnvId: this.envId,
      Alias: 'fake',
      Status: 'NORMAL',
      Region: 'ap-shanghai',
      Source: 'miniapp',
      EnvType: 'baas',
      PackageId: 'baas_personal',
      PackageName: 'fake',
      Databases: [{ InstanceId: 'tnt-fake', Status: 'RUNNING', Region: 'ap-shanghai' }],
      Storages: [{ Bucket: 'fake-1300000000', Region: 'ap-shanghai', AppId: '1300000000' }],
      Functions: [{ Namespace: this.envId, Region: 'ap-shanghai' }],
      LogServices: [{ LogsetId: 'set', TopicId: 'topic', Region: 'ap-shanghai' }],
      StaticStorages: [],
    };
  }
}
