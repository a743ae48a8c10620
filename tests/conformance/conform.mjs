// The cases of this folder through the Node package; see README.md.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const beding = createRequire(import.meta.url)('../../vm/bindings/node');
const lines = [];
const print = (...fields) => lines.push(fields.join('\t'));
const printError = (error) => {
    if (!(error instanceof beding.BedingError))
        throw error;
    print('error', error.code, error.offset);
};
const printRows = (rows) => rows.forEach((row) => print('row', row.decision, row.cents, row.rules.join(';'), row.fault));
const shown = (value) => (value === null ? '' : value === true ? 'ja' : value === false ? 'nee' : String(value));

/** Rows and calls; readings and parameters go to the session at once. */
function readCase(path, session) {
    let columns = [];
    const lists = {}, rows = [], calls = [];
    for (const line of readFileSync(path, 'utf8').split('\n')) {
        const [what, ...fields] = line.split('\t');
        const named = (names, values) => Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
        if (what === 'reading')
            session.setReading(fields[0], fields[1]);
        else if (what === 'param')
            session.tableRow(fields[0], fields.slice(2, -1), fields.at(-1), fields[1] === '-' ? undefined : fields[1]);
        else if (what === 'columns')
            columns = fields;
        else if (what === 'list')
            lists[fields[0]] = fields.slice(1);
        else if (what === 'row')
            rows.push({ ...named(columns, fields), ...Object.fromEntries(Object.keys(lists).map((name) => [name, []])) });
        else if (what === 'record')
            rows.at(-1)[fields[0]].push(named(lists[fields[0]], fields.slice(1)));
        else if (what === 'call')
            calls.push(fields);
    }
    return { rows, calls };
}

function decide(session, rows) {
    try {
        printRows(session.decide(rows));
    } catch (error) {
        printRows(error.decided ?? []);
        printError(error);
    }
}

function call(session, [name, ...inputs]) {
    try {
        const result = session.evaluate(name, ...inputs);
        const named = result !== null && typeof result === 'object' ? result : { '': result };
        print('call', name, ...Object.entries(named).map(([key, value]) => `${key}=${shown(value)}`));
    } catch (error) {
        printError(error);
    }
}

try {
    const module = beding.Module.load(process.argv[2]);
    print('module', module.name, module.version, module.sha256);
    const session = new beding.Session(module);
    const { rows, calls } = readCase(process.argv[3], session);
    session.prepare();
    decide(session, rows);
    calls.forEach((fields) => call(session, fields));
} catch (error) {
    printError(error);
}
process.stdout.write(lines.join('\n') + '\n');
