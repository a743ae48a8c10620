/* libbeding for Node, through koffi: what beding.h offers, as classes. Nothing is decided here: lines go to the library as the texts that a
 * data file has, and its answers come back as JavaScript values. See beding.h for what each call means, index.d.ts for the types. */
'use strict';

const koffi = require('koffi');

const TextOut = koffi.struct('bd_text', { data: 'void *', size: 'size_t' });
const TextIn = koffi.struct('bd_text_in', { data: 'str', size: 'size_t' });
const ErrorRecord = koffi.struct('bd_error', { code: 'int', offset: 'uint32_t', message: koffi.array('char', 256) });
const COUNTS = ['columns', 'lists', 'choices', 'rules', 'tables', 'programs', 'citations', 'sites', 'units', 'readings',
    'notes', 'counters', 'series', 'indexations'];
const ModuleInfo = koffi.struct('bd_module_info', {
    name: TextOut, title: TextOut, version: TextOut, language: TextOut, valid_from: 'int32_t', valid_to: 'int32_t',
    sha256: koffi.array('uint8_t', 32), cost: 'uint64_t', ...Object.fromEntries(COUNTS.map((name) => [name, 'uint32_t'])),
});
const ColumnInfo = koffi.struct('bd_column_info', {
    name: TextOut, kind: 'int', meaning: 'int', denominator: 'int64_t', unit: TextOut, choice: 'uint32_t', list: 'uint32_t',
    program: 'uint32_t', optional: 'bool',
});
const Citation = koffi.struct('bd_citation', { document: TextOut, place: TextOut, quote: TextOut });
const Place = koffi.struct('bd_place', { file: TextOut, line: 'uint32_t', column: 'uint32_t' });
const RuleInfo = koffi.struct('bd_rule_info', {
    name: TextOut, code: TextOut, reason: TextOut, effect: 'int', built_in: 'bool', citation: Citation, place: Place,
    exception_to: 'uint32_t',
});
const SiteInfo = koffi.struct('bd_site_info', { code: TextOut, text: TextOut, rule: 'uint32_t', place: Place });
const ProgramInfo = koffi.struct('bd_program_info', {
    name: TextOut, kind: 'int', first_column: 'uint32_t', columns: 'uint32_t', outputs: 'uint32_t', citation: Citation,
});
const OutputInfo = koffi.struct('bd_output_info', {
    name: TextOut, kind: 'int', meaning: 'int', unit: TextOut, choice: 'uint32_t', optional: 'bool',
});
const TableInfo = koffi.struct('bd_table_info', {
    name: TextOut, label: TextOut, is_tariff: 'bool', is_extern: 'bool', is_optional: 'bool', is_maximum: 'bool',
    is_internal: 'bool', product: 'uint32_t', meaning: 'int', unit: TextOut, dimensions: 'uint32_t',
    choice: koffi.array('uint32_t', 8), dimension_name: koffi.array(TextOut, 8), versions: 'uint32_t', shown_unit: TextOut,
    shown_numerator: 'int64_t', shown_denominator: 'int64_t', citation: Citation,
});
const Value = koffi.struct('bd_value', {
    meaning: 'int', present: 'bool', boolean: 'bool', integer: 'int32_t', choice: 'uint32_t', text: TextIn, unit: TextIn,
});
const ValueOut = koffi.struct('bd_value_out', {
    meaning: 'int', present: 'bool', boolean: 'bool', integer: 'int32_t', choice: 'uint32_t', text: TextOut, unit: TextOut,
});
const Field = koffi.struct('bd_field', {
    name: 'str', type: 'int', offset: 'size_t', size: 'size_t', denominator: 'int64_t', has_presence: 'bool', presence: 'size_t',
});
const FieldList = koffi.struct('bd_field_list', {
    name: 'str', records: 'size_t', count: 'size_t', stride: 'size_t', fields: 'void *', field_count: 'size_t',
});
const RowLayout = koffi.struct('bd_row_layout', {
    stride: 'size_t', fields: 'void *', field_count: 'size_t', lists: 'void *', list_count: 'size_t',
});
const Decisions = koffi.struct('bd_decisions', {
    decision: 'void *', cents: 'void *', reasons: 'void *', fault: 'void *', settled: 'void *', repeated: 'void *',
});

const NONE = 0xffffffff;
const DATE_MIN = -719162; // 0001-01-01
const FIELD_STRING = 7;
const PROGRAM_CALL = 2;
const NAMES = ['goedgekeurd', 'afgekeurd', 'aangehouden', 'vastgelopen'];
const MEANINGS = ['', 'boolean', 'number', 'money', 'quantity', 'rate', 'date', 'month', 'year', 'choice', 'text'];
const STATUSES = ['OK', 'NOMEM', 'ARGUMENT', 'STATE', 'SYNTAX', 'RANGE', 'DIVIDE', 'MODULE', 'NEWER', 'LIMIT', 'NAME', 'MISSING', 'FAULT',
    'ORDER', 'NATIVE', 'LEDGER', 'SIGNATURE'];
const REFUSED = ['SYNTAX', 'RANGE', 'NAME', 'MISSING'];

const library = koffi.load(process.env.BEDING_LIBRARY || 'libbeding.so.0');
const declare = (prototype) => library.func(prototype);
const lib = {
    version: declare('const char *bd_version(void)'),
    load: declare('int bd_module_load(void *bytes, size_t size, void *options, _Out_ void **out, _Out_ bd_error *error)'),
    freeModule: declare('void bd_module_free(void *module)'),
    describe: declare('void bd_module_describe(void *module, _Out_ bd_module_info *out)'),
    column: declare('int bd_module_column(void *module, uint32_t index, _Out_ bd_column_info *out)'),
    rule: declare('int bd_module_rule(void *module, uint32_t index, _Out_ bd_rule_info *out)'),
    site: declare('int bd_module_site(void *module, uint32_t index, _Out_ bd_site_info *out)'),
    program: declare('int bd_module_program(void *module, uint32_t index, _Out_ bd_program_info *out)'),
    output: declare('int bd_program_output(void *module, uint32_t program, uint32_t output, _Out_ bd_output_info *out)'),
    table: declare('int bd_module_table(void *module, uint32_t index, _Out_ bd_table_info *out)'),
    words: declare('uint32_t bd_module_reason_words(void *module)'),
    find: declare('uint32_t bd_choice_find(void *module, uint32_t choice, bd_text_in name)'),
    member: declare('bd_text bd_choice_member(void *module, uint32_t choice, uint32_t member)'),
    settledName: declare('bd_text bd_settled_name(int settled)'),
    open: declare('int bd_session_new(void *module, void *options, _Out_ void **out, _Out_ bd_error *error)'),
    freeSession: declare('void bd_session_free(void *session)'),
    setReading: declare('int bd_session_set_reading(void *session, bd_text_in name, bd_text_in alternative, _Out_ bd_error *error)'),
    tableRow: declare('int bd_session_table_row(void *session, uint32_t table, int32_t valid_from, bd_text_in *keys, size_t key_count, ' +
        'bd_text_in value, _Out_ bd_error *error)'),
    bindStandard: declare('int bd_session_bind_standard(void *session, _Out_ bd_error *error)'),
    prepare: declare('int bd_session_prepare(void *session, _Out_ bd_error *error)'),
    bindRows: declare('int bd_session_bind_rows(void *session, bd_row_layout *layout, _Out_ bd_error *error)'),
    decideRows: declare('int bd_session_decide_rows(void *session, void *rows, size_t count, bd_decisions *out, _Out_ bd_error *error)'),
    evaluate: declare('int bd_session_eval(void *session, uint32_t program, void *inputs, void *outputs, _Out_ bd_error *error)'),
};

/** A call that the library refused: why, and what it is about. */
class BedingError extends Error {
    constructor(status, offset, message) {
        super(message);
        this.name = 'BedingError';
        this.code = status;
        this.status = STATUSES[status];
        this.offset = offset;
        this.decided = [];
    }
}

/** Calls a function whose last argument is the error, and throws it when the call fails. */
function check(call, ...given) {
    const error = {};
    const status = call(...given, error);
    if (status !== 0)
        throw new BedingError(status, error.offset, typeof error.message === 'string' ? error.message : String.fromCharCode(...error.message));
}

function read(text) {
    return Number(text.size) === 0 ? '' : Buffer.from(koffi.decode(text.data, koffi.array('uint8_t', Number(text.size)))).toString('utf8');
}

function give(value) {
    const text = asText(value);
    return { data: text, size: Buffer.byteLength(text) };
}

/** A value as a data file has it. A number with a fraction is refused: it holds no exact cents. */
function asText(value) {
    if (value === null || value === undefined)
        return '';
    if (typeof value === 'boolean')
        return value ? 'ja' : 'nee';
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)))
        return String(value);
    if (typeof value !== 'string')
        throw new TypeError(`${String(value)}: a line has texts, booleans and whole numbers; give "1.50" as a text`);
    if (value.includes('\0'))
        throw new TypeError('a text with a NUL in it');
    return value;
}

/** A value of a callable in the only form that it has: what is something else is refused, and never taken for no or for another day. */
function among(form, text, column) {
    if (!form.test(text))
        throw new TypeError(`${column.name}: ${text} is no ${column.meaning}`);
    return text;
}

function dayOf(iso) {
    const time = /^\d{4}-\d\d-\d\d$/.test(iso) ? Date.parse(iso) : NaN;
    if (Number.isNaN(time) || dateOf(time / 86400000) !== iso) // 30 February would be read as 2 March
        throw new TypeError(`${iso} is no date`);
    return time / 86400000;
}

function dateOf(day) {
    return new Date(day * 86400000).toISOString().slice(0, 10);
}

function* records(describe, module) {
    for (let index = 0; ; index++) {
        const record = {};
        if (describe(module, index, record) !== 0)
            return;
        yield record;
    }
}

function columnOf(record) {
    return { name: read(record.name), meaning: MEANINGS[record.meaning], unit: read(record.unit), optional: record.optional,
        choice: record.choice };
}

const modules = new FinalizationRegistry((held) => lib.freeModule(held.handle));
// What is held keeps the module until its session is freed.
const sessions = new FinalizationRegistry((held) => lib.freeSession(held.handle));

class Module {
    /** @param {Uint8Array} bytes of a .bdc file */
    constructor(bytes) {
        const out = [null];
        // A block of 64-bit words is aligned as the library wants it; it lives as long as the handle.
        const storage = new BigUint64Array(Math.floor(bytes.length / 8) + 1);
        new Uint8Array(storage.buffer).set(bytes);
        check(lib.load, storage, bytes.length, null, out);
        this.handle = out[0];
        this.storage = storage;
        modules.register(this, { handle: this.handle, storage });
        const info = {};
        lib.describe(this.handle, info);
        this.name = read(info.name);
        this.title = read(info.title);
        this.version = read(info.version);
        this.sha256 = Buffer.from(info.sha256).toString('hex');
        this.reasonWords = lib.words(this.handle);
        this.rules = [...records(lib.rule, this.handle)].map((rule) => ({
            name: read(rule.name), code: read(rule.code), reason: read(rule.reason), document: read(rule.citation.document),
            place: read(rule.citation.place), quote: read(rule.citation.quote),
        }));
        const programs = [...records(lib.program, this.handle)];
        this.columns = programs.length ? this.#columns(programs[0]) : [];
        this.callables = programs.map((program, index) => ({ program, index }))
            .filter(({ program }) => program.kind === PROGRAM_CALL)
            .map(({ program, index }) => ({ name: read(program.name), index, inputs: this.#columns(program),
                outputs: this.#outputs(program, index) }));
    }

    static load(path) {
        return new Module(require('node:fs').readFileSync(path));
    }

    #columns(program) {
        return Array.from({ length: program.columns }, (_, i) => {
            const record = {};
            lib.column(this.handle, program.first_column + i, record);
            return columnOf(record);
        });
    }

    #outputs(program, index) {
        return Array.from({ length: program.outputs }, (_, i) => {
            const record = {};
            lib.output(this.handle, index, i, record);
            return columnOf(record);
        });
    }

    callable(name) {
        const found = this.callables.filter((one) => one.name.slice(one.name.indexOf('.') + 1) === name);
        return this.callables.find((one) => one.name === name) ?? (found.length === 1 ? found[0] : undefined);
    }

    externTable(name) {
        const index = [...records(lib.table, this.handle)].findIndex((table) => table.is_extern && read(table.name) === name);
        return index < 0 ? NONE : index;
    }

    fault(site) {
        const record = {};
        return lib.site(this.handle, site, record) === 0 ? read(record.code) : '';
    }
}

class Session {
    constructor(module) {
        const out = [null];
        check(lib.open, module.handle, null, out);
        this.module = module; // a session may not outlive its module
        this.handle = out[0];
        this.bound = '';
        sessions.register(this, { handle: this.handle, module });
        check(lib.bindStandard, this.handle); // what the standard library needs of C
    }

    setReading(name, alternative) {
        check(lib.setReading, this.handle, give(name), give(alternative));
    }

    tableRow(table, keys, value, validFrom) {
        check(lib.tableRow, this.handle, this.module.externTable(table), validFrom === undefined ? DATE_MIN : dayOf(validFrom),
            keys.map(give), keys.length, give(value));
    }

    prepare() {
        check(lib.prepare, this.handle);
    }

    /** Tells the library what our lines look like: a string per column, then per list where its records are. */
    #bind(columns, lists) {
        const fields = (names) => names.map((name, i) => ({ name, type: FIELD_STRING, offset: 8 * i, size: 0, denominator: 0,
            has_presence: false, presence: 0 }));
        const members = columns.map((_, i) => [`c${i}`, 'str']);
        const described = lists.map(([name, names], i) => {
            const record = koffi.struct(Object.fromEntries(names.map((_, k) => [`f${k}`, 'str'])));
            members.push([`l${i}`, koffi.pointer(record)], [`n${i}`, 'uint32_t']);
            const at = 8 * columns.length + 16 * i;
            return { name, records: at, count: at + 8, stride: 8 * names.length,
                fields: koffi.as(fields(names), koffi.pointer(Field)), field_count: names.length };
        });
        const key = JSON.stringify([columns, lists]);
        if (key === this.bound)
            return;
        this.row = koffi.struct(Object.fromEntries(members));
        check(lib.bindRows, this.handle, {
            stride: koffi.sizeof(this.row), fields: koffi.as(fields(columns), koffi.pointer(Field)), field_count: columns.length,
            lists: lists.length ? koffi.as(described, koffi.pointer(FieldList)) : null, list_count: lists.length,
        });
        this.bound = key;
    }

    #rows(lines) {
        const columns = new Set();
        const lists = new Map();
        for (const line of lines) {
            for (const [name, value] of Object.entries(line)) {
                if (!Array.isArray(value))
                    columns.add(name);
                else if (value.length) { // a list that no line has records of is not bound: it is empty
                    const names = lists.get(name) ?? new Set();
                    value.forEach((record) => Object.keys(record).forEach((field) => names.add(field)));
                    lists.set(name, names);
                }
            }
        }
        const listFields = [...lists].map(([name, names]) => [name, [...names]]);
        this.#bind([...columns], listFields);
        return lines.map((line) => {
            const row = Object.fromEntries([...columns].map((name, i) => [`c${i}`, asText(line[name])]));
            listFields.forEach(([name, names], i) => {
                const all = line[name] ?? [];
                row[`n${i}`] = all.length;
                row[`l${i}`] = all.length === 0 ? null
                    : all.map((record) => Object.fromEntries(names.map((field, k) => [`f${k}`, asText(record[field])])));
            });
            return row;
        });
    }

    decide(lines) {
        if (lines.length === 0)
            return [];
        if (lines.every((line) => Object.keys(line).length === 0))
            throw new BedingError(STATUSES.indexOf('MISSING'), 0, 'the lines have no columns');
        const rows = this.#rows(lines);
        const count = lines.length;
        const words = this.module.reasonWords;
        const results = {
            decision: koffi.alloc('uint8_t', count), cents: koffi.alloc('int64_t', count),
            reasons: koffi.alloc('uint64_t', count * words), fault: koffi.alloc('uint32_t', count),
            settled: koffi.alloc('uint8_t', count), repeated: null,
        };
        try {
            check(lib.decideRows, this.handle, koffi.as(rows, koffi.pointer(this.row)), count, results);
            return this.#decisions(results, count, words);
        } catch (error) {
            if (error instanceof BedingError && REFUSED.includes(error.status))
                error.decided = this.#decisions(results, error.offset, words);
            throw error;
        } finally {
            Object.values(results).forEach((array) => array && koffi.free(array));
        }
    }

    #decisions(results, count, words) {
        if (count === 0)
            return [];
        const column = (array, type, length) => koffi.decode(array, koffi.array(type, length));
        const decision = column(results.decision, 'uint8_t', count);
        const cents = column(results.cents, 'int64_t', count);
        const reasons = column(results.reasons, 'uint64_t', count * words);
        const fault = column(results.fault, 'uint32_t', count);
        const settled = column(results.settled, 'uint8_t', count);
        return Array.from({ length: count }, (_, row) => ({
            decision: NAMES[decision[row]],
            cents: Number(cents[row]),
            rules: this.module.rules
                .filter((_rule, i) => BigInt(reasons[row * words + (i >> 6)]) >> BigInt(i & 63) & 1n)
                .map((rule) => rule.name),
            fault: this.module.fault(fault[row]),
            settled: read(lib.settledName(settled[row])),
        }));
    }

    #given(column, value) {
        const given = { meaning: 0, present: value !== null && value !== undefined && value !== '', boolean: false, integer: 0, choice: 0,
            text: { data: null, size: 0 }, unit: { data: null, size: 0 } };
        if (!given.present)
            return given;
        switch (column.meaning) {
        case 'boolean': given.boolean = among(/^(ja|nee)$/, asText(value), column) === 'ja'; break;
        case 'date': given.integer = dayOf(value); break;
        case 'month':
            among(/^\d{4}-(0[1-9]|1[0-2])$/, asText(value), column);
            given.integer = 12 * Number(value.slice(0, 4)) + Number(value.slice(5, 7)) - 1;
            break;
        case 'year': given.integer = Number(among(/^\d{4}$/, asText(value), column)); break;
        case 'choice': given.integer = lib.find(this.module.handle, column.choice, give(value)) | 0; break;
        default: given.text = give(value);
        }
        return given;
    }

    #value(value) {
        if (!value.present)
            return null;
        switch (MEANINGS[value.meaning]) {
        case 'boolean': return value.boolean;
        case 'date': return dateOf(value.integer);
        case 'month': return dateOf(Date.UTC(Math.floor(value.integer / 12), value.integer % 12) / 86400000).slice(0, 7);
        case 'year': return value.integer;
        case 'choice': return read(lib.member(this.module.handle, value.choice, value.integer));
        default: return read(value.text);
        }
    }

    evaluate(name, ...inputs) {
        const callable = this.module.callable(name);
        if (callable === undefined)
            throw new BedingError(10, 0, `no callable ${name}`);
        if (inputs.length !== callable.inputs.length)
            throw new BedingError(2, 0, `${callable.name} takes ${callable.inputs.length} inputs`);
        const count = callable.outputs.length;
        const outputs = koffi.alloc(ValueOut, count);
        try {
            const values = callable.inputs.map((column, i) => this.#given(column, inputs[i]));
            check(lib.evaluate, this.handle, callable.index, values.length ? koffi.as(values, koffi.pointer(Value)) : null, outputs);
            const results = koffi.decode(outputs, koffi.array(ValueOut, count)).map((value) => this.#value(value));
            if (count === 1 && callable.outputs[0].name === '')
                return results[0];
            return Object.fromEntries(callable.outputs.map((output, i) => [output.name, results[i]]));
        } finally {
            koffi.free(outputs);
        }
    }
}

if (!lib.version().startsWith('0.1.'))
    throw new Error(`libbeding ${lib.version()} is not 0.1`);

module.exports = { BedingError, Module, Session, version: lib.version };
