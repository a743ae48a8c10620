/* in_order.c: see in_order.h. */
#include "compiler/cli/in_order.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/csv_block.h"
#include "compiler/cli/messages.h"
#include "compiler/cli/sorter.h"
#include "vm/core/date.h"

enum { BLOCK_ROWS = 128 };

enum { KEY_SIGNED, KEY_MUNICIPALITY, KEY_PROVIDER, KEY_DECLARATION, KEY_LINE, KEY_COUNT };

static const Text KEYS[KEY_COUNT] = {TEXT_INIT("dagtekening"), TEXT_INIT("gemeente"), TEXT_INIT("aanbieder"),
                                     TEXT_INIT("declaratienummer"), TEXT_INIT("regelnummer")};

typedef struct Look {
    RowReader rows;
    uint32_t keys[KEY_COUNT], credit; /* cells; credit BD_NONE: no such column */
    StringBuilder key;
    Arena arena; /* of the key; reset per row */
} Look;

/* ---- The order as bytes ---- */

static void put_number(StringBuilder *key, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        builder_char(key, (char)(value >> (8 * i) & 0xFF));
}

/* A text that is the beginning of another comes before it. */
static void put_text(StringBuilder *key, Text text)
{
    for (size_t i = 0; i < text.size; i++) {
        builder_char(key, text.data[i]);
        if (text.data[i] == '\0')
            builder_char(key, '\xFF');
    }
    builder_char(key, '\0');
    builder_char(key, '\0');
}

static Text without_zeros(Text number)
{
    while (number.size > 1 && number.data[0] == '0')
        number = text_slice(number, 1, number.size);
    return number;
}

static Text make_key(Look *look)
{
    const Text *cells = look->rows.cells;
    Text line = without_zeros(cells[look->keys[KEY_LINE]]);
    Date day = 0;
    arena_reset(&look->arena);
    builder_init(&look->key, &look->arena);
    bool is_date = date_from_iso(cells[look->keys[KEY_SIGNED]], &day); /* no date: first, and refused when it is read */
    put_number(&look->key, is_date ? (uint64_t)((int64_t)day - INT32_MIN) : 0, 4);
    for (int i = KEY_MUNICIPALITY; i <= KEY_DECLARATION; i++)
        put_text(&look->key, cells[look->keys[i]]);
    put_number(&look->key, line.size, 4);
    builder_text(&look->key, line);
    return builder_result(&look->key);
}

/* ---- Looking ---- */

static bool open_look(Look *look, Cli *cli, const char *path, char separator)
{
    memset(look, 0, sizeof *look);
    cli_arena(cli, &look->arena);
    return rows_open(&look->rows, cli, path, separator);
}

static void close_look(Look *look)
{
    rows_close(&look->rows);
    arena_free(&look->arena);
}

static bool bind(Look *look)
{
    for (int i = 0; i < KEY_COUNT; i++) {
        if (!rows_has(&look->rows, KEYS[i]))
            return false;
        look->keys[i] = rows_want(&look->rows, KEYS[i]);
    }
    bool has_credits = rows_has(&look->rows, TEXT("debet_credit"));
    look->credit = has_credits ? rows_want(&look->rows, TEXT("debet_credit")) : BD_NONE;
    return true;
}

static bool is_credit(const Look *look)
{
    return look->credit != BD_NONE && text_equal(look->rows.cells[look->credit], TEXT("C"));
}

/* The cells of the row before, in the reader's buffer; kept in bytes of their own while that is filled again. */
typedef struct Before {
    Text cells[KEY_COUNT];
    char *bytes[KEY_COUNT];
    size_t capacity[KEY_COUNT];
    bool has_row;
} Before;

static void keep_cells(const Look *look, Before *before)
{
    for (int key = 0; key < KEY_COUNT; key++) {
        Text cell = before->cells[key];
        if (cell.size > before->capacity[key]) {
            before->capacity[key] = cell.size * 2;
            before->bytes[key] = arena_alloc(&look->rows.feed.cli->arena, before->capacity[key]);
        }
        if (cell.size > 0 && cell.data != before->bytes[key])
            memcpy(before->bytes[key], cell.data, cell.size);
        before->cells[key] = (Text){before->bytes[key], cell.size};
    }
}

/* Dates as ISO writes them are in order as texts; a number without leading zeros is the greater the longer it is. What is neither is found
** wanting when it is read. A session sees the same order: who hopes relies on it. */
static int compare_cell(int key, Text a, Text b)
{
    if (key != KEY_LINE)
        return text_compare(a, b);
    Text first = without_zeros(a), second = without_zeros(b);
    return first.size != second.size ? (first.size < second.size ? -1 : 1) : text_compare(first, second);
}

/* Whether the row does not come before the one before it; takes its place. */
static inline bool follows(Before *before, const Text cells[KEY_COUNT])
{
    int first = 0;
    while (first < KEY_COUNT && text_same(before->cells[first], cells[first]))
        first++;
    bool is_in_order =
        !before->has_row || first == KEY_COUNT || compare_cell(first, before->cells[first], cells[first]) <= 0;
    before->has_row = true;
    for (int key = first; key < KEY_COUNT; key++) /* the others are alike, and in the same buffer */
        before->cells[key] = cells[key];
    return is_in_order;
}

/* Whether the rows of a block are in order, and have credits. */
static bool look_at_block(const Look *look, const RowBlock *block, Before *before, bool *has_credits)
{
    bool is_in_order = true;
    for (size_t row = 0; row < block->rows; row++) {
        Text cells[KEY_COUNT];
        for (int key = 0; key < KEY_COUNT; key++)
            cells[key] = csv_block_cell(block, row, look->keys[key]);
        is_in_order = follows(before, cells) && is_in_order;
        if (look->credit != BD_NONE)
            *has_credits = *has_credits || text_equal(csv_block_cell(block, row, look->credit), TEXT("C"));
    }
    return is_in_order;
}

static bool look_at_row(const Look *look, Before *before, bool *has_credits)
{
    Text cells[KEY_COUNT];
    for (int key = 0; key < KEY_COUNT; key++)
        cells[key] = look->rows.cells[look->keys[key]];
    *has_credits = *has_credits || is_credit(look);
    return follows(before, cells);
}

/* Reads the file once: whether it is in order, and has credits. */
static ExitStatus scan(Look *look, InOrder *order, bool *is_in_order)
{
    RowReader *rows = &look->rows;
    Before before = {.has_row = false};
    RowBlock block;
    *is_in_order = true;
    rows_ready(rows, KEYS, KEY_COUNT);
    csv_block_init(&block, rows, BLOCK_ROWS);
    while (*is_in_order || (!order->has_credits && look->credit != BD_NONE)) {
        if (csv_block_look(&block, rows, BLOCK_ROWS) > 0) {
            *is_in_order = look_at_block(look, &block, &before, &order->has_credits) && *is_in_order;
            csv_block_take(&block, rows, block.rows);
            continue;
        }
        RowStatus status = rows_next(rows);
        if (status == ROW_STARVED) {
            keep_cells(look, &before);
            status = rows_refill(rows) ? ROW_STARVED : rows->feed.failed ? ROW_STOP : ROW_END;
        }
        if (status == ROW_READ)
            *is_in_order = look_at_row(look, &before, &order->has_credits) && *is_in_order;
        if (status == ROW_STOP)
            return rows_blame(rows);
        if (status == ROW_END)
            break;
    }
    return EXIT_GOOD;
}

/* ---- Sorting ---- */

static void put_cell(StringBuilder *out, Text cell)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < cell.size && !needs_quotes; i++)
        needs_quotes = cell.data[i] == ',' || cell.data[i] == '"' || cell.data[i] == '\n' || cell.data[i] == '\r';
    if (!needs_quotes) {
        builder_text(out, cell);
        return;
    }
    builder_char(out, '"');
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '"')
            builder_char(out, '"');
        builder_char(out, cell.data[i]);
    }
    builder_char(out, '"');
}

/* JSON Lines may bring a name later than in the first row. */
static void want_all(Look *look, const bd_module *module)
{
    static const Text OF_CREDITS[] = {TEXT_INIT("vorige_declaratie"), TEXT_INIT("vorige_regel")};
    bd_column_info column;
    for (uint32_t i = 0; i < look->rows.header_count; i++)
        (void)rows_want(&look->rows, look->rows.header[i]);
    for (size_t i = 0; look->rows.is_json && i < sizeof OF_CREDITS / sizeof *OF_CREDITS; i++)
        (void)rows_want(&look->rows, OF_CREDITS[i]);
    for (uint32_t i = 0; look->rows.is_json && bd_module_column(module, i, &column) == BD_OK; i++)
        (void)rows_want(&look->rows, column.name);
}

static void put_header(const Look *look, StringBuilder *out)
{
    for (uint32_t i = 0; i < look->rows.wanted_count; i++) {
        put_cell(out, look->rows.wanted[i]);
        builder_char(out, ',');
    }
    builder_text(out, IN_ORDER_NUMBER);
    builder_char(out, ',');
    builder_text(out, IN_ORDER_LINE);
    builder_char(out, '\n');
}

static Text make_content(Look *look, uint64_t number)
{
    StringBuilder out;
    builder_init(&out, &look->arena);
    for (uint32_t i = 0; i < look->rows.wanted_count; i++) {
        put_cell(&out, look->rows.cells[i]);
        builder_char(&out, ',');
    }
    builder_uint64(&out, number);
    builder_char(&out, ',');
    builder_uint64(&out, look->rows.line);
    builder_char(&out, '\n');
    return builder_result(&out);
}

static ExitStatus collect(Look *look, InOrder *order, Sorter *sorter)
{
    RowStatus status;
    rows_ready(&look->rows, KEYS, KEY_COUNT);
    for (uint64_t number = 0; (status = rows_next_alone(&look->rows)) == ROW_READ; number++) {
        Text key = make_key(look);
        order->has_credits = order->has_credits || is_credit(look);
        if (!sorter_add(sorter, key, make_content(look, number)))
            return EXIT_FILE;
    }
    if (status == ROW_STOP)
        return rows_blame(&look->rows);
    return sorter_finish(sorter) ? EXIT_GOOD : EXIT_FILE;
}

/* The file has lost its name already, so that nothing is left of it however the run ends. */
static ExitStatus write_sorted(Look *look, InOrder *order, Sorter *sorter)
{
    Cli *cli = look->rows.feed.cli;
    char *path = NULL;
    FILE *file = sorter_temporary(cli, &path);
    if (file == NULL)
        return EXIT_FILE;
    (void)unlink(path);
    int fd = dup(fileno(file));
    StringBuilder header;
    builder_init(&header, &cli->arena);
    put_header(look, &header);
    Text content = builder_result(&header);
    bool is_written = fd >= 0 && fwrite(content.data, content.size, 1, file) == 1;
    while (is_written && sorter_next(sorter, &content))
        is_written = fwrite(content.data, content.size, 1, file) == 1;
    is_written = fclose(file) == 0 && is_written && lseek(fd, 0, SEEK_SET) == 0;
    if (!is_written && !sorter->failed)
        message_error(cli, MSG_CANNOT_WRITE,
                      (Holes){.a = text_from_cstring(path), .b = text_from_cstring(strerror(errno))});
    if (!is_written || sorter->failed) {
        if (fd >= 0)
            (void)close(fd);
        return EXIT_FILE;
    }
    order->is_sorted = true;
    order->opened = arena_alloc(&cli->arena, sizeof *order->opened);
    return rows_take_over(order->opened, cli, fd, text_from_cstring(path), ',') ? EXIT_GOOD : rows_blame(order->opened);
}

static ExitStatus sort_lines(Look *look, InOrder *order, const bd_module *module)
{
    Sorter sorter;
    sorter_init(&sorter, look->rows.feed.cli);
    want_all(look, module);
    ExitStatus status = collect(look, order, &sorter);
    if (status == EXIT_GOOD)
        status = write_sorted(look, order, &sorter);
    sorter_close(&sorter);
    return status;
}

ExitStatus in_order_open(InOrder *order, Cli *cli, const bd_module *module, const char *path, char separator, bool must,
                         bool hopes)
{
    Look *opened = arena_alloc(&cli->arena, sizeof *opened);
    bool is_stdin = strcmp(path, "-") == 0, is_in_order = true;
    ExitStatus status = EXIT_GOOD;
    *order = (InOrder){.path = path};
    if (!open_look(opened, cli, path, separator)) {
        status = rows_blame(&opened->rows);
        close_look(opened);
        return status;
    }
    order->is_json = opened->rows.is_json;
    bool may_have_credits = rows_has(&opened->rows, TEXT("debet_credit"));
    order->has_all_columns = bind(opened);
    bool is_looked_at = order->has_all_columns && (must || may_have_credits);
    order->is_hoped = hopes && is_looked_at && !is_stdin;
    if (is_stdin && !is_looked_at) {
        order->opened = &opened->rows;
        return EXIT_GOOD;
    }
    if (is_looked_at && !order->is_hoped)
        status = is_stdin ? sort_lines(opened, order, module) : scan(opened, order, &is_in_order);
    close_look(opened);
    if (is_stdin || status != EXIT_GOOD || is_in_order || !(must || order->has_credits))
        return status;
    if (!open_look(opened, cli, path, separator) || !bind(opened))
        status = rows_blame(&opened->rows);
    else
        status = sort_lines(opened, order, module);
    close_look(opened);
    return status;
}
