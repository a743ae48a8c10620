/* impact_rows.c: the changed lines of `impact --out`; see impact_rows.h. */
#include "compiler/cli/impact_rows.h"

#include <string.h>

#include "compiler/cli/decisions.h"
#include "compiler/cli/impact_report.h"
#include "compiler/cli/json_write.h"

static const char *const NAMES[] = {"declaratienummer", "regelnummer", "besluit_voor", "besluit_na", "bedrag_voor",
                                    "bedrag_na",        "verschil",    "oorzaak",      "wijziging"};
enum { COLUMNS = sizeof NAMES / sizeof *NAMES };

static bool is_jsonl(const char *path)
{
    size_t length = strlen(path);
    return length >= 6 && strcmp(path + length - 6, ".jsonl") == 0;
}

bool impact_rows_open(ImpactRows *rows, Cli *cli, const char *path, char separator)
{
    *rows = (ImpactRows){.cli = cli, .is_json = is_jsonl(path), .separator = separator};
    rows->texts = arena_array(&cli->arena, IMPACT_CAUSES, sizeof *rows->texts);
    if (!output_open(&rows->out, cli, path))
        return false;
    for (int i = 0; i < COLUMNS && !rows->is_json; i++) {
        if (i > 0)
            output_char(&rows->out, separator);
        output_text(&rows->out, text_from_cstring(NAMES[i]));
    }
    if (!rows->is_json)
        output_char(&rows->out, '\n');
    return true;
}

enum { AMOUNT_BYTES = 24 };

/* Cents as euros with two decimals, at the end of `room`. */
static Text amount_text(char room[AMOUNT_BYTES], int64_t cents)
{
    char *p = room + AMOUNT_BYTES;
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    for (int digit = 0; digit < 3 || size > 0; digit++) {
        if (digit == 2)
            *--p = '.';
        *--p = (char)('0' + size % 10);
        size /= 10;
    }
    if (cents < 0)
        *--p = '-';
    return (Text){p, (size_t)(room + AMOUNT_BYTES - p)};
}

static void write_json(ImpactRows *rows, const Text *cells, bool (*is_number)(int column))
{
    Arena arena;
    cli_arena(rows->cli, &arena);
    StringBuilder text;
    builder_init(&text, &arena);
    JsonWriter json;
    json_write_init(&json, &text, true);
    json_write_object(&json, NULL);
    for (int i = 0; i < COLUMNS; i++) {
        if (is_number(i))
            json_write_raw(&json, NAMES[i], cells[i]);
        else
            json_write_text(&json, NAMES[i], cells[i]);
    }
    json_write_close_object(&json);
    builder_char(&text, '\n');
    output_text(&rows->out, builder_result(&text));
    arena_free(&arena);
}

static bool is_amount(int column)
{
    return column >= 4 && column <= 6;
}

void impact_rows_write(ImpactRows *rows, const Impact *impact, const ImpactLine *line, uint32_t cause)
{
    char before[AMOUNT_BYTES], after[AMOUNT_BYTES], difference[AMOUNT_BYTES];
    bd_decision was = impact_decision(&line->before), is = impact_decision(&line->after);
    int64_t old = was == BD_APPROVED ? line->before.cents : 0, new = is == BD_APPROVED ? line->after.cents : 0;
    if (rows->texts[cause].size == 0)
        rows->texts[cause] = impact_cause_text(rows->cli, &rows->cli->arena, &impact->causes[cause]);
    const Text cells[COLUMNS] = {line->declaration,
                                 line->number,
                                 decisions_word(was),
                                 decisions_word(is),
                                 amount_text(before, old),
                                 amount_text(after, new),
                                 amount_text(difference, new - old),
                                 rows->texts[cause],
                                 line->values[IMPACT_CHANGE]};
    if (rows->is_json) {
        write_json(rows, cells, is_amount);
        return;
    }
    for (int i = 0; i < COLUMNS; i++) {
        if (i > 0)
            output_char(&rows->out, rows->separator);
        decisions_cell(&rows->out, cells[i]);
    }
    output_char(&rows->out, '\n');
}
