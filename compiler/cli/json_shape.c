/* json_shape.c: what rows of JSON Lines are expected to look like; see json_shape.h. */
#include "compiler/cli/json_shape.h"

#include <string.h>

#include "compiler/cli/json.h"

void json_shape_init(JsonShape *shape, Arena *arena)
{
    *shape = (JsonShape){.members = arena_array(arena, JSON_SHAPE_MEMBERS, sizeof *shape->members),
                         .names = arena_array(arena, JSON_SHAPE_MEMBERS, sizeof *shape->names),
                         .text = arena_alloc(arena, JSON_SHAPE_BYTES + JSON_SCAN_STEP)};
}

static size_t find(const JsonShape *shape, Text name)
{
    size_t index = 0;
    while (index < shape->count && !text_equal(shape->names[index].text, name))
        index++;
    return index;
}

/* A copy of a text that is in no arena, so that learning for ever takes no memory; there is room. */
static Text keep(JsonShape *shape, Text text)
{
    char *copy = shape->text + shape->text_size;
    if (text.size > 0)
        memcpy(copy, text.data, text.size);
    shape->text_size += text.size;
    return (Text){copy, text.size};
}

/* `before` has the value's first byte behind it, which is learnt with it. */
static bool insert(JsonShape *shape, size_t index, Text name, Text before)
{
    const Text learnt = {before.data, before.size + 1};
    if (shape->count == JSON_SHAPE_MEMBERS || JSON_SHAPE_BYTES - shape->text_size < name.size + learnt.size)
        return false;
    size_t behind = shape->count - index;
    memmove(shape->members + index + 1, shape->members + index, behind * sizeof *shape->members);
    memmove(shape->names + index + 1, shape->names + index, behind * sizeof *shape->names);
    shape->members[index] = (JsonMember){.before = keep(shape, learnt).data, .size = (uint32_t)before.size};
    shape->names[index] = (JsonName){.text = keep(shape, name)};
    shape->count++;
    return true;
}

/* Moves a member from where it stands to before `next`, which is behind it. */
static void move(JsonShape *shape, size_t index, size_t next)
{
    JsonMember member = shape->members[index];
    JsonName name = shape->names[index];
    size_t between = next - 1 - index;
    memmove(shape->members + index, shape->members + index + 1, between * sizeof member);
    memmove(shape->names + index, shape->names + index + 1, between * sizeof name);
    shape->members[next - 1] = member;
    shape->names[next - 1] = name;
}

/* Adds the next member of a row, whose members so far stand before *next. False when it does not fit in. */
static bool add(JsonShape *shape, size_t *next, Text name, Text before)
{
    size_t index = find(shape, name);
    bool is_new = index == shape->count;
    if (!is_new && shape->names[index].row == shape->row)
        return false; /* twice in this row */
    if (is_new && *next == 0 && shape->count > 0)
        return false; /* another first member: what has a brace before it stays first */
    if (is_new) {
        index = *next;
        if (!insert(shape, index, name, before))
            return false;
    }
    if (index < *next)
        move(shape, index, *next);
    else
        *next = index + 1;
    const JsonMember *member = &shape->members[*next - 1];
    shape->names[*next - 1].row = shape->row;
    return text_equal((Text){member->before, member->size}, before);
}

/* Adds all members of a row. */
static bool add_row(JsonShape *shape, Text line, Arena *scratch)
{
    JsonReader json;
    json_init(&json, line, scratch);
    Text name = {NULL, 0}, text = {NULL, 0};
    JsonKind kind = JSON_NULL;
    bool first = true;
    size_t next = 0, begin = 0;
    shape->row++;
    if (!json_open_object(&json))
        return false;
    while (json_member(&json, &first, &name)) {
        size_t end = json_value_begin(&json);
        if (!add(shape, &next, name, text_slice(line, begin, end)) || !json_scalar(&json, &kind, &text))
            return false;
        begin = json.position;
    }
    return json_end(&json);
}

void json_shape_learn(JsonShape *shape, Text line, Arena *scratch)
{
    if (shape->count > 0 && add_row(shape, line, scratch))
        return;
    shape->count = shape->text_size = 0;
    if (!add_row(shape, line, scratch))
        shape->count = 0;
}
