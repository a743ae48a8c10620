/* json_block.c: many rows of a JSON Lines file at once; see json_block.h. */
#include "compiler/cli/json_block.h"

#include <string.h>

_Static_assert(2 * JSON_SCAN_STEP <= FEED_PADDING, "what follows the last line end cannot be read");

enum { LEARN_ROWS = 4 }; /* of a block: enough for a file whose rows are alike, and cheap where they never are */

void json_block_init(JsonBlock *block, const RowReader *rows)
{
    Arena *arena = &rows->feed.cli->arena;
    memset(block, 0, sizeof *block);
    json_shape_init(&block->shape, arena);
    block->column_of = arena_array(arena, (size_t)rows->wanted_count + 1, sizeof *block->column_of);
    block->walk.line_ends = block->lines.ends;
    block->walk.at = block->at;
    block->walk.members = block->shape.members;
    block->walk.cells = arena_array(arena, (size_t)JSON_SHAPE_MEMBERS * JSON_SCAN_ROWS, 2 * sizeof *block->walk.cells);
}

Text json_block_line(const JsonBlock *block, size_t row)
{
    uint32_t begin = block->begins[row];
    return (Text){block->walk.data + begin, block->lines.ends[row] - begin};
}

/* Makes the block's rows the next shape's, or widens it. Names that nobody wants are known to be in the file from here on. */
static void learn(JsonBlock *block, RowReader *rows, Text line)
{
    json_shape_learn(&block->shape, line, &rows->scratch);
    for (uint32_t i = 0; i < rows->wanted_count; i++)
        block->column_of[i] = BD_NONE;
    for (uint32_t i = 0; i < block->shape.count; i++) {
        uint32_t wanted = rows_find_wanted(rows, block->shape.names[i].text);
        if (wanted == BD_NONE)
            rows_add_unknown(rows, block->shape.names[i].text);
        else
            block->column_of[wanted] = i;
    }
}

/* The lines up to the first that is blank. */
static size_t count_rows(JsonBlock *block, size_t wanted)
{
    size_t rows = 0, most = block->lines.count < wanted ? block->lines.count : wanted;
    for (uint32_t begin = 0; rows < most; rows++) {
        uint32_t end = block->lines.ends[rows];
        if (end == begin || (end == begin + 1 && block->walk.data[begin] == '\r'))
            break;
        block->begins[rows] = begin;
        begin = end + 1;
    }
    return rows;
}

static bool needs_care(const JsonBlock *block, size_t row)
{
    const uint8_t marks = block->lines.marks[row];
    return (marks & JSON_LINE_ODD) != 0 || !json_scan_is_done(&block->walk, row) ||
           ((marks & JSON_LINE_HIGH) != 0 && !text_is_utf8(json_block_line(block, row), NULL));
}

size_t json_block_look(JsonBlock *block, RowReader *rows, size_t wanted)
{
    const Feed *feed = &rows->feed;
    JsonWalk *walk = &block->walk;
    walk->data = feed->data + feed->begin;
    const size_t size = feed->end - feed->begin;
    if (size == 0)
        return 0;
    bool lacks_end = feed->at_end && feed->data[feed->end - 1] != '\n'; /* the buffer's own will do */
    json_scan_lines(&block->lines, walk->data, size + lacks_end);
    walk->rows = count_rows(block, wanted);
    if (walk->rows == 0)
        return 0;
    if (block->shape.count == 0 && text_is_utf8(json_block_line(block, 0), NULL))
        learn(block, rows, json_block_line(block, 0));
    walk->member_count = block->shape.count;
    walk->yes = (uint32_t)size + FEED_YES;
    walk->no = (uint32_t)size + FEED_NO;
    memcpy(block->at, block->begins, walk->rows * sizeof *block->at);
    json_scan_walk(walk);
    for (size_t row = 0; row < walk->rows; row++)
        block->is_careful[row] = block->shape.count == 0 || needs_care(block, row);
    return walk->rows;
}

CellRun json_block_run(const JsonBlock *block, uint32_t wanted)
{
    static const uint32_t NOTHING[] = {UINT32_MAX, 0};
    CellRun run = {.data = block->walk.data, .ends = NOTHING + 1, .rows = block->walk.rows};
    size_t member = block->column_of[wanted];
    if (member == BD_NONE)
        return run;
    run.ends = block->walk.cells + member * JSON_SCAN_ROWS * 2 + 1;
    run.stride = 2;
    return run;
}

void json_block_take(JsonBlock *block, RowReader *rows, size_t count)
{
    size_t learnt = 0;
    for (size_t row = 0; row < count && learnt < LEARN_ROWS; row++) {
        if (block->is_careful[row] == 0 || (block->lines.marks[row] & JSON_LINE_ODD) != 0)
            continue;
        learn(block, rows, json_block_line(block, row));
        learnt++;
    }
    size_t next = rows->feed.begin + block->lines.ends[count - 1] + 1;
    rows->row_begin = rows->feed.begin + block->begins[count - 1];
    rows->feed.begin = next < rows->feed.end ? next : rows->feed.end;
    rows->line = rows->next_line + count - 1;
    rows->next_line += count;
}
