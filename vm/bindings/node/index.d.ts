/** What the library calls may throw: `status` names the bd_status ("SYNTAX"), `code` is its number, `offset` what it is about. */
export class BedingError extends Error {
    readonly code: number;
    readonly status: string;
    readonly offset: number;
    /** Of a refused line: the decisions of the lines before it, which stand. */
    readonly decided: Decision[];
}

/** As a data file has it: "ja", "2025-03-01", "12.50". A number must be whole, since a fraction is not exact. Nothing is absent. */
export type Given = string | number | bigint | boolean | null | undefined;

/** Column names to values; the records of a list as an array of records under its name. */
export type Line = Record<string, Given | Record<string, Given>[]>;

export interface Column {
    name: string;
    /** boolean, number, money, quantity, rate, date, month, year, choice or text */
    meaning: string;
    unit: string;
    optional: boolean;
}

export interface Callable {
    name: string;
    index: number;
    inputs: Column[];
    outputs: Column[];
}

export interface Rule {
    name: string;
    code: string;
    reason: string;
    document: string;
    place: string;
    quote: string;
}

export interface Decision {
    decision: 'goedgekeurd' | 'afgekeurd' | 'aangehouden' | 'vastgelopen';
    /** Granted, in whole cents; 0 unless approved. */
    cents: number;
    /** The deciding rules, in contract order. */
    rules: string[];
    /** Of a line that is vastgelopen: why. */
    fault: string;
    /** What settled the line before the rules could: "dubbel"; mostly empty. */
    settled: string;
}

/** A compiled agreement: immutable. */
export class Module {
    constructor(bytes: Uint8Array);
    static load(path: string): Module;
    readonly name: string;
    readonly title: string;
    readonly version: string;
    readonly sha256: string;
    readonly rules: Rule[];
    readonly columns: Column[];
    readonly callables: Callable[];
    callable(name: string): Callable | undefined;
}

/** Supply what is extern, prepare, then decide and evaluate in any order. */
export class Session {
    constructor(module: Module);
    setReading(name: string, alternative: string): void;
    /** One row of an extern table, from an ISO date or always. */
    tableRow(table: string, keys: Given[], value: Given, validFrom?: string): void;
    prepare(): void;
    decide(lines: Line[]): Decision[];
    /** Dates are ISO texts, numbers exact texts ("33.33", "1/3"); several results come as an object by name. */
    evaluate(name: string, ...inputs: Given[]): unknown;
}

export function version(): string;
