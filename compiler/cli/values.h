/* values.h: values and types of a module in words for people: "€ 1.234,56", "28 dag", "2020-01-31", "ja". */
#ifndef BEDING_CLI_VALUES_H
#define BEDING_CLI_VALUES_H

#include "beding.h"
#include "compiler/cli/messages.h"

/* Appends a value as the contract would write it; absent values say so. */
void value_append(const Cli *cli, StringBuilder *out, const bd_module *module, const bd_value *value);

/* Appends a number's text with the decimal sign and grouping of the language; at least `decimals` decimals. */
void value_append_number(const Cli *cli, StringBuilder *out, Text number, size_t decimals);

/* Appends what a column or output is: "bedrag", "hoeveelheid in dag", "keuze zzp". */
void value_append_type(const Cli *cli, StringBuilder *out, const bd_module *module, bd_meaning meaning, Text unit,
                       uint32_t choice);

/* Appends "Bijlage 2, 5.2" with its document before it. */
void value_append_citation(StringBuilder *out, const bd_citation *citation);

/* A decision as a word for people: "goedgekeurd". */
Message value_decision(bd_decision decision);

/* A name as words for people: an underscore is a blank. In the Cli's arena, or the name itself. */
Text value_words(Cli *cli, Text name);

/* The name of a meaning in JSON: "money", "quantity" ... */
Text value_meaning_name(bd_meaning meaning);

#endif
