// values.mjs: as values.py, for Node; a day that no month has as well.
import { createRequire } from 'node:module';
import process from 'node:process';

const beding = createRequire(import.meta.url)('../../vm/bindings/node');
const session = new beding.Session(beding.Module.load(process.argv[2]));

function refused(what, call) {
    try {
        call();
    } catch (error) {
        if (error instanceof TypeError)
            return;
        throw error;
    }
    throw new Error(`${what} was taken`);
}

refused('30 February', () => session.tableRow('geen', ['a'], '1', '2025-02-30'));
session.prepare();
for (const [given, wanted] of [[[true, '2024-07'], true], [['nee', '2024-07'], false]]) {
    if (session.evaluate('gelijk', ...given) !== wanted)
        throw new Error(`${given} is ${wanted}`);
}
try {
    session.decide([{}]);
    throw new Error('a line without columns was taken');
} catch (error) {
    if (error.status !== 'MISSING')
        throw error;
}
for (const wrong of [['yes', '2024-07'], [1, '2024-07'], [true, '2024-13'], [true, '2024'], [true, '2024-07-01']])
    refused(wrong.join(), () => session.evaluate('gelijk', ...wrong));
