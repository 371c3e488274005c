import { memoryDocuments } from './documents.ts';
import { testDocuments } from './documents-contract.ts';

testDocuments('documents in memory', () => memoryDocuments({ anyQuery: true }));
