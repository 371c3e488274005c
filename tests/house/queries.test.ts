import { expect, it } from 'vitest';
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import { createCloudEmulator } from '../../sandbox/cloudbase/index.ts';
import { collections } from '../../scripts/cloud/blueprint.ts';
import { accepted, problemOf, wireOf } from '../../shared/core/testing/indexed-queries.ts';
import { parseQuery, placesInSource, readQueries } from './queries.ts';

const clock = new SandboxClock();
const bus = new SandboxBus(() => clock.now());
const { database } = createCloudEmulator({ clock, bus, baseUrl: () => '' });
for (const { name, indexes } of collections) {
  database.createCollection(name);
  for (const fields of indexes) database.createIndex(name, { fields: [...fields] });
}
clock.stop();

const recorded = readQueries();
const queries = [...new Set(Object.values(recorded).flatMap((file) => file.queries))].map(parseQuery);
const explained = queries.map((shape) => ({
  shape,
  plan: database.explain(shape.collection, ...wireOf(shape)),
}));

it('every place in the code that asks for documents has its queries recorded: see queries.ts', () => {
  const places = Object.entries(recorded).map(([file, { places }]) => [file, places] as const);
  expect(new Map(places)).toEqual(placesInSource());
});

it('the emulator with the indexes of the provision list answers every query by one of them', () => {
  expect(queries.length).toBeGreaterThan(50);
  expect(explained.flatMap(({ shape, plan }) => problemOf(shape, plan) ?? [])).toEqual([]);
});

it('every index of the provision list answers a query', () => {
  const used = new Set(explained.map(({ shape, plan }) => `${shape.collection} ${plan.index}`));
  const declared = collections.flatMap(({ name, indexes }) => indexes.map((fields) => `${name} ${fields}`));
  expect(declared.filter((index) => !used.has(index))).toEqual([]);
});

it('every accepted exception is a query that is made', () => {
  const made = new Set(
    queries.map(({ collection, where }) => `${collection} ${Object.keys(where).sort().join(' ')}`),
  );
  expect(Object.keys(accepted).filter((name) => !made.has(name))).toEqual([]);
});
