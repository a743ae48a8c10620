/* jsonl.c: rows from JSON Lines: one object a line, names as in the CSV header.
**
** Job: each value becomes the cell that CSV would have had: a number keeps its digits, true and false are `ja` and `nee`, null is absent.
** An object or array stays as it was written, which no column type accepts.
*/
#include <string.h>

#include "compiler/cli/json.h"
#include "compiler/cli/messages.h"
#include "compiler/cli/rows.h"

/* The next line that is not blank, without its line end; the feed is not moved yet. *next is the offset behind it. */
static RowStatus find_line(RowReader *rows, Text *line, size_t *next)
{
    Feed *feed = &rows->feed;
    for (;;) {
        if (feed->begin >= feed->end)
            return feed->at_end ? ROW_END : ROW_STARVED;
        const char *at = feed->data + feed->begin;
        const char *end = memchr(at, '\n', feed->end - feed->begin + 1); /* finds at least the feed's own */
        size_t size = (size_t)(end - at);
        bool is_whole = feed->begin + size < feed->end;
        if (!is_whole && !feed->at_end)
            return ROW_STARVED;
        *line = (Text){at, size};
        *next = feed->begin + size + (is_whole ? 1 : 0);
        if (size > 0 && !(size == 1 && at[0] == '\r'))
            return ROW_READ;
        feed->begin = *next;
        rows->next_line++;
    }
}

static RowStatus stop(RowReader *rows, const JsonReader *json)
{
    Cli *cli = rows->feed.cli;
    Message problem = json->failed ? json->problem : MSG_JSON_NAME_TWICE;
    Holes holes = {.a = message_pattern(cli, problem), .b = cli_number(cli, json->position + 1)};
    message_error_at(cli, rows->feed.name, rows->line, MSG_BAD_JSON, holes);
    return ROW_STOP;
}

static Text cell_of(JsonKind kind, Text text)
{
    switch (kind) {
    case JSON_NULL: return (Text){NULL, 0};
    case JSON_TRUE: return TEXT("ja");
    case JSON_FALSE: return TEXT("nee");
    case JSON_NUMBER:
    case JSON_STRING:
    case JSON_ARRAY:
    case JSON_OBJECT: return text;
    }
    return text;
}

RowStatus jsonl_header(RowReader *rows, CellList *out)
{
    static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";
    Feed *feed = &rows->feed;
    if (feed->begin == 0 && feed->end >= 3 && memcmp(feed->data, BYTE_ORDER_MARK, 3) == 0)
        feed->begin = 3;
    Text line = {NULL, 0};
    size_t next = 0;
    RowStatus status = find_line(rows, &line, &next);
    if (status != ROW_READ)
        return status;
    rows->line = rows->next_line;
    JsonReader json;
    json_init(&json, line, &rows->scratch);
    Text name = {NULL, 0}, text = {NULL, 0};
    JsonKind kind = JSON_NULL;
    bool first = true;
    bool is_open = json_open_object(&json);
    while (is_open && json_member(&json, &first, &name) && json_scalar(&json, &kind, &text)) {
        out->items = arena_grow(&rows->scratch, out->items, out->count, &out->capacity, sizeof *out->items);
        out->items[out->count++] = name;
    }
    /* The row itself is read again by jsonl_next. */
    return json.failed ? stop(rows, &json) : ROW_READ;
}

/* The wanted index of a name; rows mostly have their names in the order of the first one. */
static uint32_t find(const RowReader *rows, Text name, uint32_t position)
{
    if (position < rows->header_count && text_equal(rows->header[position], name))
        return rows->wanted_of[position];
    return rows_find_wanted(rows, name);
}

static bool read_members(RowReader *rows, JsonReader *json)
{
    Text name = {NULL, 0}, text = {NULL, 0};
    JsonKind kind = JSON_NULL;
    bool first = true;
    uint32_t position = 0;
    while (json_member(json, &first, &name)) {
        uint32_t wanted = find(rows, name, position++);
        if (!json_scalar(json, &kind, &text))
            return false;
        if (wanted == BD_NONE) {
            rows_add_unknown(rows, name);
            continue;
        }
        if (rows->cells[wanted].data != NULL)
            return false;
        rows->cells[wanted] = cell_of(kind, text);
    }
    return json_end(json);
}

RowStatus jsonl_read(RowReader *rows, Text line)
{
    for (uint32_t i = 0; i < rows->wanted_count; i++)
        rows->cells[i] = (Text){NULL, 0};
    if (!text_is_utf8(line, NULL)) {
        message_error_at(rows->feed.cli, rows->feed.name, rows->line, MSG_NOT_UTF8, (Holes){.a = {NULL, 0}});
        return ROW_STOP;
    }
    JsonReader json;
    json_init(&json, line, &rows->scratch);
    if (!json_open_object(&json) || !read_members(rows, &json))
        return stop(rows, &json);
    return ROW_READ;
}

RowStatus jsonl_next(RowReader *rows)
{
    Text line = {NULL, 0};
    size_t next = 0;
    RowStatus status = find_line(rows, &line, &next);
    if (status != ROW_READ)
        return status;
    rows->line = rows->next_line;
    status = jsonl_read(rows, line);
    if (status != ROW_READ)
        return status;
    rows->row_begin = rows->feed.begin;
    rows->feed.begin = next;
    rows->next_line = rows->line + 1;
    return ROW_READ;
}
