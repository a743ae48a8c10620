/* module.c: opens a .bdc in place.
**
** Job: the first of the two gates that foreign bytes pass. It accepts exactly the layout that docs/module-format.md
** describes: magic, version, hash, sections in order, 8-aligned, with zero padding and nothing before, between or
** after. Then module_check.c looks at every record. After that no index in the module leads outside it, and verify.c
** may prove the code.
*/
#include "module.h"

#include <string.h>

#include "core/limits.h"
#include "core/sha256.h"
#include "module_check.h"
#include "status.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "modules are used in place and are little-endian");
_Static_assert(sizeof(FileHeader) == 64 + 8 * SECTION_COUNT, "the header has no padding");
_Static_assert(sizeof(InfoRecord) == 56 && sizeof(DocumentRecord) == 24 && sizeof(CitationRecord) == 24, "no padding");
_Static_assert(sizeof(ChoiceRecord) == 24 && sizeof(MemberRecord) == 16 && sizeof(AliasRecord) == 16, "no padding");
_Static_assert(sizeof(ColumnRecord) == 40 && sizeof(ListRecord) == 32 && sizeof(TableRecord) == 96, "no padding");
_Static_assert(sizeof(DimensionRecord) == 20 && sizeof(VersionRecord) == 16 && sizeof(RuleRecord) == 52, "no padding");
_Static_assert(sizeof(ProgramRecord) == 52 && sizeof(OutputRecord) == 24 && sizeof(TypeRecord) == 16, "no padding");
_Static_assert(sizeof(DomainRecord) == 16 && sizeof(ConstantRecord) == 32 && sizeof(RoundingRecord) == 24,
               "no padding");
_Static_assert(sizeof(SetRecord) == 8 && sizeof(BracketRecord) == 8 && sizeof(NativeRecord) == 16, "no padding");
_Static_assert(sizeof(CallRecord) == 12 && sizeof(Instruction) == 24 && sizeof(SiteRecord) == 16, "no padding");
_Static_assert(sizeof(PlaceRecord) == 48 && sizeof(NoteRecord) == 40 && sizeof(ReadingRecord) == 40, "no padding");

enum { ALIGNMENT = 8 };

typedef struct SectionInfo {
    Text name;
    size_t record_size;
} SectionInfo;

static const SectionInfo sections[SECTION_COUNT] = {
#define SECTION_INFO(name, type) [SECTION_##name] = {TEXT_INIT(#name), sizeof(type)},
    MODULE_SECTIONS(SECTION_INFO)
#undef SECTION_INFO
};

Text module_section_name(SectionId section)
{
    return sections[section].name;
}

Text module_text(const bd_module *module, Str str)
{
    return str.size == 0 ? (Text){"", 0} : text_slice(module->strings, str.offset, (size_t)str.offset + str.size);
}

static bd_status refuse_newer(const FileHeader *header, bd_error *error)
{
    Message message;
    message_begin(&message);
    message_cstring(&message, "the module has format ");
    message_uint(&message, header->format);
    message_cstring(&message, " and needs library ");
    for (int i = 0; i < 3; i++) {
        message_uint(&message, header->minimum_library[i]);
        message_cstring(&message, i < 2 ? "." : "; this is format ");
    }
    message_uint(&message, BD_FORMAT_VERSION);
    message_cstring(&message, " and library ");
    message_cstring(&message, bd_version());
    return message_report(&message, BD_NEWER, 0, error);
}

/* The first library that reads this format: no writer of the format can ask for less, so less is damage. */
static const uint16_t first_library[3] = {0, 1, 0};
static const uint16_t own_library[3] = {BD_VERSION_MAJOR, BD_VERSION_MINOR, BD_VERSION_PATCH};

/* The library that the module asks for against another: negative, 0 or positive, as memcmp says it. */
static int compare_library(const FileHeader *header, const uint16_t library[3])
{
    for (int i = 0; i < 3; i++) {
        if (header->minimum_library[i] != library[i])
            return header->minimum_library[i] > library[i] ? 1 : -1;
    }
    return 0;
}

static bd_status check_header(const FileHeader *header, size_t size, bd_error *error)
{
    uint8_t hash[SHA256_SIZE];
    size_t hashed = offsetof(FileHeader, sections);

    if (size < hashed || memcmp(header->magic, MODULE_MAGIC, sizeof header->magic) != 0)
        return status_report(BD_MODULE, 0, "this is not a Beding module", error);
    if (header->format > BD_FORMAT_VERSION || compare_library(header, own_library) > 0)
        return refuse_newer(header, error);
    if (header->format != BD_FORMAT_VERSION)
        return status_report(BD_MODULE, offsetof(FileHeader, format), "the module's format version is unknown", error);
    if (compare_library(header, first_library) < 0)
        return status_report(BD_MODULE, offsetof(FileHeader, minimum_library),
                             "the module names a library that did not know its format", error);
    if (header->file_size != size || size < sizeof *header)
        return status_report(BD_MODULE, offsetof(FileHeader, file_size),
                             "the module is truncated or has bytes too many", error);
    if (header->section_count != SECTION_COUNT)
        return status_report(BD_MODULE, offsetof(FileHeader, section_count),
                             "the module has another number of sections", error);
    if (header->reserved[0] != 0 || header->reserved[1] != 0)
        return status_report(BD_MODULE, offsetof(FileHeader, reserved), "a reserved field of the header is not 0",
                             error);
    sha256_of((const uint8_t *)header + hashed, size - hashed, hash);
    if (memcmp(hash, header->sha256, sizeof hash) != 0)
        return status_report(BD_MODULE, offsetof(FileHeader, sha256),
                             "the module's content does not have the hash it states", error);
    return BD_OK;
}

static bool is_zero(const uint8_t *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

static size_t align(size_t offset)
{
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Each section where the one layout puts it. */
static bd_status check_sections(const FileHeader *header, size_t size, bd_error *error)
{
    const uint8_t *bytes = (const uint8_t *)header;
    size_t end = sizeof *header;

    for (unsigned i = 0; i < SECTION_COUNT; i++) {
        SectionRecord section = header->sections[i];
        size_t at = offsetof(FileHeader, sections) + i * sizeof section;
        if (section.offset != align(end) || section.offset > size)
            return status_report_name(BD_MODULE, (uint32_t)at, "section ", sections[i].name,
                                      " is not where it should be", error);
        if (section.count > (size - section.offset) / sections[i].record_size)
            return status_report_name(BD_MODULE, (uint32_t)at, "section ", sections[i].name,
                                      " extends beyond the module", error);
        if (!is_zero(bytes, end, section.offset))
            return status_report_name(BD_MODULE, (uint32_t)end, "the padding before section ", sections[i].name,
                                      " is not 0", error);
        end = section.offset + section.count * sections[i].record_size;
    }
    if (align(end) != size || !is_zero(bytes, end, size))
        return status_report(BD_MODULE, (uint32_t)end, "the module has bytes behind its last section", error);
    return BD_OK;
}

bd_status module_open(bd_module *module, const void *bytes, size_t size, bd_error *error)
{
    const FileHeader *header = bytes;

    if (size > MODULE_MAX_BYTES)
        return status_report(BD_MODULE, 0, "the module is larger than 256 MiB", error);
    bd_status status = check_header(header, size, error);
    if (status == BD_OK)
        status = check_sections(header, size, error);
    if (status != BD_OK)
        return status;

    module->header = header;
#define SECTION_POINTER(name, type)                                                                             \
    module->name = (const type *)(const void *)((const char *)bytes + header->sections[SECTION_##name].offset); \
    module->name##_count = header->sections[SECTION_##name].count;
    MODULE_SECTIONS(SECTION_POINTER)
#undef SECTION_POINTER
    module->strings = (Text){module->STRINGS, module->STRINGS_count};
    return module_check_records(module, error);
}
