/* module_writer.c: lays out a .bdc file record by record.
**
** Job: keeps one growing array per section and joins them into a file at the end. See module_writer.h for how it is
** used and vm/module.h for the layout; vm/module.c accepts nothing but exactly this layout, padding included.
*/
#include "compiler/module_writer.h"

#include <string.h>

#include "vm/core/limits.h"
#include "vm/core/sha256.h"

/* Bytes of one record, by section. */
static const size_t record_sizes[SECTION_COUNT] = {
#define SECTION_SIZE(name, type) [SECTION_##name] = sizeof(type),
    MODULE_SECTIONS(SECTION_SIZE)
#undef SECTION_SIZE
};

enum { ALIGNMENT = 8, FIRST_TEXT_SLOTS = 64 };

static void fail(ModuleWriter *writer, bd_status status)
{
    if (writer->status == BD_OK)
        writer->status = status;
}

static size_t align(size_t offset)
{
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void writer_init(ModuleWriter *writer, Arena *arena)
{
    memset(writer, 0, sizeof *writer);
    writer->arena = arena;
    writer->status = BD_OK;
}

/* Makes room for `count` more records; false when there is none. */
static bool reserve(ModuleWriter *writer, SectionId id, size_t count)
{
    WriterSection *section = &writer->sections[id];
    size_t size = record_sizes[id];
    size_t capacity = section->capacity ? section->capacity : 16;

    if (writer->status != BD_OK)
        return false;
    if (count > MODULE_MAX_BYTES / size || section->count + count > MODULE_MAX_BYTES / size) {
        fail(writer, BD_LIMIT);
        return false;
    }
    if (section->count + count <= section->capacity)
        return true;
    while (capacity < section->count + count)
        capacity *= 2;

    void *records = arena_array(writer->arena, capacity, size);
    if (!records) {
        fail(writer, BD_NOMEM);
        return false;
    }
    if (section->count > 0)
        memcpy(records, section->records, section->count * size);
    section->records = records;
    section->capacity = capacity;
    return true;
}

uint32_t writer_append(ModuleWriter *writer, SectionId section, const void *records, uint32_t count)
{
    WriterSection *target = &writer->sections[section];
    size_t size = record_sizes[section];

    if (count == 0 || !reserve(writer, section, count))
        return count == 0 ? (uint32_t)target->count : 0;
    memcpy((char *)target->records + target->count * size, records, count * size);
    target->count += count;
    return (uint32_t)(target->count - count);
}

uint32_t writer_count(const ModuleWriter *writer, SectionId section)
{
    return (uint32_t)writer->sections[section].count;
}

Text writer_text_at(const ModuleWriter *writer, Str str)
{
    if (str.size == 0)
        return (Text){"", 0};
    return (Text){(const char *)writer->sections[SECTION_STRINGS].records + str.offset, str.size};
}

/* The slot of the table that holds `text`, or the free one where it belongs. */
static Str *find_slot(const ModuleWriter *writer, Str *slots, size_t slot_count, Text text)
{
    size_t i = (size_t)text_hash(text) & (slot_count - 1);
    while (slots[i].size != 0 && !text_equal(writer_text_at(writer, slots[i]), text))
        i = (i + 1) & (slot_count - 1);
    return &slots[i];
}

/* Keeps the table at most half full. */
static bool grow_table(ModuleWriter *writer)
{
    if (writer->text_slots > 0 && writer->text_count < writer->text_slots / 2)
        return true;

    size_t slot_count = writer->text_slots ? writer->text_slots * 2 : FIRST_TEXT_SLOTS;
    Str *slots = arena_array(writer->arena, slot_count, sizeof *slots);
    if (!slots) {
        fail(writer, BD_NOMEM);
        return false;
    }
    for (size_t i = 0; i < writer->text_slots; i++) {
        Str str = writer->texts[i];
        if (str.size != 0)
            *find_slot(writer, slots, slot_count, writer_text_at(writer, str)) = str;
    }
    writer->texts = slots;
    writer->text_slots = slot_count;
    return true;
}

Str writer_text(ModuleWriter *writer, Text text)
{
    Str none = {0, 0};
    if (text.size == 0 || writer->status != BD_OK || !grow_table(writer))
        return none;
    if (text.size > MODULE_MAX_BYTES) {
        fail(writer, BD_LIMIT);
        return none;
    }
    Str *slot = find_slot(writer, writer->texts, writer->text_slots, text);
    if (slot->size != 0)
        return *slot;

    uint32_t offset = writer_append(writer, SECTION_STRINGS, text.data, (uint32_t)text.size);
    if (writer->status != BD_OK)
        return none;
    *slot = (Str){offset, (uint32_t)text.size};
    writer->text_count++;
    return *slot;
}

/* Where each section goes; returns the size of the file, 0 when it is too large. */
static size_t place_sections(const ModuleWriter *writer, FileHeader *header)
{
    size_t offset = align(sizeof *header);
    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        size_t bytes = writer->sections[i].count * record_sizes[i];
        offset = align(offset);
        if (bytes > MODULE_MAX_BYTES || offset > MODULE_MAX_BYTES - bytes)
            return 0;
        header->sections[i] = (SectionRecord){(uint32_t)offset, (uint32_t)writer->sections[i].count};
        offset += bytes;
    }
    return align(offset) <= MODULE_MAX_BYTES ? align(offset) : 0;
}

bd_status writer_finish(ModuleWriter *writer, const void **bytes, size_t *size)
{
    FileHeader header = {
        .format = BD_FORMAT_VERSION,
        .minimum_library = {BD_VERSION_MAJOR, BD_VERSION_MINOR, BD_VERSION_PATCH},
        .section_count = SECTION_COUNT,
    };

    if (writer_count(writer, SECTION_SITES) == 0)
        writer_add_SITES(writer, (SiteRecord){writer_text(writer, TEXT("getalgrens")), BD_NONE, BD_NONE});
    if (writer->status != BD_OK)
        return writer->status;
    size_t total = place_sections(writer, &header);
    if (total == 0)
        return BD_LIMIT;
    uint8_t *file = arena_alloc(writer->arena, total);
    if (!file)
        return BD_NOMEM;

    memcpy(header.magic, MODULE_MAGIC, sizeof header.magic);
    header.file_size = (uint32_t)total;
    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        if (writer->sections[i].count > 0)
            memcpy(file + header.sections[i].offset, writer->sections[i].records,
                   writer->sections[i].count * record_sizes[i]);
    }
    memcpy(file, &header, sizeof header);

    size_t hashed = offsetof(FileHeader, sections);
    sha256_of(file + hashed, total - hashed, header.sha256);
    memcpy(file, &header, sizeof header);
    *bytes = file;
    *size = total;
    return BD_OK;
}
