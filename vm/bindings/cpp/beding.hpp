/* beding.hpp: libbeding for C++17, in one header.
**
** Modules and sessions that free themselves, results instead of exceptions, and lines as structs or as texts. What a call means, which errors
** it has and who owns what stands in beding.h; nothing here decides anything of its own. It compiles with -fno-exceptions and -fno-rtti;
** only a failing allocation of the C++ library itself can throw.
**
**     auto module = beding::Module::load(std::move(bytes));
**     if (!module) return report(module.error().message);
**     auto session = beding::Session::create(*module);
**     if (!session || !session->prepare()) return report(...);
**     session->bind_rows({"product", "begindatum", "einddatum", "volume", "eenheid"});
**     auto decided = session->decide_texts({{{"hulp", "2025-03-03", "2025-03-03", "90", "minuut"}}});
**     if (decided && (*decided)[0].decision == BD_APPROVED) pay((*decided)[0].cents);
*/
#ifndef BEDING_HPP
#define BEDING_HPP

#include "beding.h"

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace beding
{

inline bd_text text(std::string_view view)
{
    return {view.data(), view.size()};
}

inline std::string_view view(bd_text text)
{
    return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

/* Why a call failed: the status, what it is about (bd_error.offset) and a sentence in English. */
struct Error {
    bd_status code = BD_OK;
    std::uint32_t offset = 0;
    std::string message;
};

/* A value, or why there is none. `*result` and `->` are for a result that was tested, as with std::optional. */
template <typename T> class Result
{
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value))
    {
    }
    Result(Error error) : content_(std::in_place_index<1>, std::move(error))
    {
    }

    explicit operator bool() const
    {
        return content_.index() == 0;
    }
    T &operator*()
    {
        return *std::get_if<0>(&content_);
    }
    const T &operator*() const
    {
        return *std::get_if<0>(&content_);
    }
    T *operator->()
    {
        return std::get_if<0>(&content_);
    }
    const T *operator->() const
    {
        return std::get_if<0>(&content_);
    }
    const Error &error() const
    {
        return *std::get_if<1>(&content_);
    }

  private:
    std::variant<T, Error> content_;
};

struct Done {
};
using Status = Result<Done>;

namespace detail
{
inline Error failure(bd_status status, const bd_error &error)
{
    return {status, error.offset, error.message[0] ? error.message : bd_status_text(status)};
}

inline Status status(bd_status status, const bd_error &error)
{
    if (status == BD_OK)
        return Done{};
    return failure(status, error);
}
} // namespace detail

/* A loaded agreement. It holds its bytes, is immutable, and may be shared by threads. */
class Module
{
  public:
    /* Copies the bytes of a .bdc file into storage that is aligned as bd_module_load wants it. */
    static Result<Module> load(std::string_view bytes)
    {
        Module module;
        bd_error error = {};
        bd_module *handle = nullptr;
        module.storage_.resize(bytes.size() / sizeof(std::uint64_t) + 1);
        if (!bytes.empty())
            std::memcpy(module.storage_.data(), bytes.data(), bytes.size());
        bd_status status = bd_module_load(module.storage_.data(), bytes.size(), nullptr, &handle, &error);
        if (status != BD_OK)
            return detail::failure(status, error);
        module.handle_.reset(handle);
        return module;
    }

    const bd_module *get() const
    {
        return handle_.get();
    }

    bd_module_info info() const
    {
        bd_module_info info;
        bd_module_describe(get(), &info);
        return info;
    }

    bd_rule_info rule(std::uint32_t index) const
    {
        bd_rule_info info = {};
        bd_module_rule(get(), index, &info);
        return info;
    }

    bd_column_info column(std::uint32_t index) const
    {
        bd_column_info info = {};
        bd_module_column(get(), index, &info);
        return info;
    }

    bd_site_info site(std::uint32_t index) const
    {
        bd_site_info info = {};
        bd_module_site(get(), index, &info);
        return info;
    }

    /* The index of a callable: "definitie.prijs", or "prijs" where that is the only one. */
    std::optional<std::uint32_t> find_program(std::string_view name) const
    {
        bd_program_info info;
        std::optional<std::uint32_t> found;
        for (std::uint32_t i = 0; bd_module_program(get(), i, &info) == BD_OK; i++) {
            std::string_view full = view(info.name);
            if (info.kind != BD_PROGRAM_CALL)
                continue;
            if (full == name)
                return i;
            std::size_t dot = full.find('.');
            if (dot != full.npos && full.substr(dot + 1) == name) {
                if (found)
                    return std::nullopt;
                found = i;
            }
        }
        return found;
    }

    /* The index of a table by its name. */
    std::optional<std::uint32_t> find_table(std::string_view name) const
    {
        bd_table_info info;
        for (std::uint32_t i = 0; bd_module_table(get(), i, &info) == BD_OK; i++) {
            if (view(info.name) == name && info.is_extern)
                return i;
        }
        return std::nullopt;
    }

  private:
    struct Free {
        void operator()(bd_module *module) const
        {
            bd_module_free(module);
        }
    };
    std::vector<std::uint64_t> storage_; /* before the handle, so that it is freed after it */
    std::unique_ptr<bd_module, Free> handle_;
};

/* What was decided of one line. */
struct Decision {
    bd_decision decision = BD_FAULTED;
    std::int64_t cents = 0;           /* granted */
    std::vector<std::uint32_t> rules; /* the deciding rules, for Module::rule */
    std::uint32_t fault = BD_NONE;    /* of a faulted line, for Module::site */
    bd_settled settled = BD_SETTLED_BY_RULES;
};

/* Arrays for the results of many lines, kept from call to call so that deciding allocates nothing. */
class Decisions
{
  public:
    void resize(const bd_module *module, std::size_t rows)
    {
        words_ = bd_module_reason_words(module);
        decision_.resize(rows);
        cents_.resize(rows);
        reasons_.resize(rows * words_);
        fault_.resize(rows);
        settled_.resize(rows);
    }

    bd_decisions arrays()
    {
        return {decision_.data(), cents_.data(), reasons_.data(), fault_.data(), settled_.data(), nullptr};
    }

    std::size_t size() const
    {
        return decision_.size();
    }

    Decision operator[](std::size_t row) const
    {
        Decision one{static_cast<bd_decision>(decision_[row]),
                     cents_[row],
                     {},
                     fault_[row],
                     static_cast<bd_settled>(settled_[row])};
        for (std::uint32_t rule = 0; rule < words_ * 64; rule++) {
            if (reasons_[row * words_ + rule / 64] >> rule % 64 & 1)
                one.rules.push_back(rule);
        }
        return one;
    }

  private:
    std::uint32_t words_ = 1;
    std::vector<std::uint8_t> decision_, settled_;
    std::vector<std::int64_t> cents_;
    std::vector<std::uint64_t> reasons_;
    std::vector<std::uint32_t> fault_;
};

/* The records of one list of one line, as texts in the order of the names that were bound. */
using Record = std::vector<std::string_view>;

/* A line as texts: its fields, then per bound list its records. */
struct TextLine {
    std::vector<std::string_view> fields;
    std::vector<std::vector<Record>> lists = {};
};

struct TextList {
    std::string name;
    std::vector<std::string> fields;
};

/* One thread's state over a module, which must outlive it. */
class Session
{
  public:
    /* What the standard library needs of C is bound; a native of one's own takes its place. */
    static Result<Session> create(const Module &module, const bd_options *options = nullptr)
    {
        bd_session *handle = nullptr;
        bd_error error = {};
        bd_status status = bd_session_new(module.get(), options, &handle, &error);
        if (status != BD_OK)
            return detail::failure(status, error);
        Session session(&module, handle);
        status = bd_session_bind_standard(handle, &error);
        if (status != BD_OK)
            return detail::failure(status, error);
        return session;
    }

    bd_session *get() const
    {
        return handle_.get();
    }
    const Module &module() const
    {
        return *module_;
    }

    Status set_reading(std::string_view name, std::string_view alternative)
    {
        bd_error error = {};
        return detail::status(bd_session_set_reading(get(), text(name), text(alternative), &error), error);
    }

    Status table_row(std::uint32_t table, std::int32_t valid_from, const std::vector<std::string_view> &keys,
                     std::string_view value)
    {
        std::vector<bd_text> texts;
        for (std::string_view key : keys)
            texts.push_back(text(key));
        bd_error error = {};
        return detail::status(
            bd_session_table_row(get(), table, valid_from, texts.data(), texts.size(), text(value), &error), error);
    }

    Status bind_native(std::string_view name, std::string_view signature, void (*function)())
    {
        bd_error error = {};
        return detail::status(bd_session_bind_native(get(), text(name), text(signature), function, &error), error);
    }

    Status prepare()
    {
        bd_error error = {};
        return detail::status(bd_session_prepare(get(), &error), error);
    }

    /* Lines are structs of the host. */
    Status bind_rows(const bd_row_layout &layout)
    {
        bd_error error = {};
        Status bound = detail::status(bd_session_bind_rows(get(), &layout, &error), error);
        if (bound)
            takes_texts_ = false;
        return bound;
    }

    Status decide_rows(const void *rows, std::size_t count, Decisions &out)
    {
        bd_error error = {};
        out.resize(module_->get(), count);
        bd_decisions arrays = out.arrays();
        return detail::status(bd_session_decide_rows(get(), rows, count, &arrays, &error), error);
    }

    /* Lines are texts, as a data file has them. */
    Status bind_rows(const std::vector<std::string> &fields, const std::vector<TextList> &lists = {})
    {
        std::vector<std::vector<bd_field>> list_fields;
        std::vector<bd_field_list> described;
        std::vector<bd_field> own = text_fields(fields);
        const std::size_t start = fields.size() * sizeof(bd_text);
        for (const TextList &list : lists)
            list_fields.push_back(text_fields(list.fields));
        for (std::size_t i = 0; i < lists.size(); i++) {
            const std::size_t at = start + i * sizeof(Records);
            described.push_back({lists[i].name.c_str(), at + offsetof(Records, first), at + offsetof(Records, count),
                                 lists[i].fields.size() * sizeof(bd_text), list_fields[i].data(),
                                 list_fields[i].size()});
        }
        bd_row_layout layout = {start + lists.size() * sizeof(Records), own.data(), own.size(), described.data(),
                                described.size()};
        Status bound = bind_rows(layout);
        if (bound) {
            field_count_ = fields.size();
            list_widths_.clear();
            for (const TextList &list : lists)
                list_widths_.push_back(list.fields.size());
            takes_texts_ = true;
        }
        return bound;
    }

    /* The lines before one that is refused (Error.offset) were decided, and stand in `out`. BD_STATE: names were not bound, or a layout after
    ** them. */
    Status decide_texts(const std::vector<TextLine> &lines, Decisions &out)
    {
        if (!takes_texts_)
            return Error{BD_STATE, 0, "lines as texts need names bound with bind_rows"};
        const std::size_t list_count = list_widths_.size();
        const std::size_t words = field_count_ * 2 + list_count * 2;
        std::vector<std::vector<bd_text>> kept;
        std::vector<std::uint64_t> rows(lines.size() * words + 1);
        static_assert(sizeof(bd_text) == 16 && sizeof(Records) == 16, "a struct of 64-bit pointers and sizes");
        for (std::size_t i = 0; i < lines.size(); i++) {
            unsigned char *at = reinterpret_cast<unsigned char *>(rows.data() + i * words);
            for (std::size_t k = 0; k < field_count_; k++, at += sizeof(bd_text))
                put(at, k < lines[i].fields.size() ? text(lines[i].fields[k]) : bd_text{});
            for (std::size_t k = 0; k < list_count; k++, at += sizeof(Records))
                put(at, k < lines[i].lists.size() ? records(lines[i].lists[k], list_widths_[k], kept) : Records{});
        }
        return decide_rows(rows.data(), lines.size(), out);
    }

    Result<Decisions> decide_texts(const std::vector<TextLine> &lines)
    {
        Decisions out;
        Status status = decide_texts(lines, out);
        if (!status)
            return status.error();
        return out;
    }

    /* Evaluates a callable; its texts live until the next call on this session. */
    Result<std::vector<bd_value>> evaluate(std::uint32_t program, const std::vector<bd_value> &inputs)
    {
        bd_program_info info;
        bd_error error = {};
        if (bd_module_program(module_->get(), program, &info) != BD_OK || inputs.size() != info.columns)
            return Error{BD_ARGUMENT, 0, "another number of inputs"};
        std::vector<bd_value> outputs(info.outputs);
        bd_status status = bd_session_eval(get(), program, inputs.data(), outputs.data(), &error);
        if (status != BD_OK)
            return detail::failure(status, error);
        return outputs;
    }

  private:
    struct Free {
        void operator()(bd_session *session) const
        {
            bd_session_free(session);
        }
    };
    struct Records {
        const void *first;
        std::uint32_t count;
    };

    Session(const Module *module, bd_session *handle) : module_(module), handle_(handle)
    {
    }

    static std::vector<bd_field> text_fields(const std::vector<std::string> &names)
    {
        std::vector<bd_field> fields;
        for (const std::string &name : names)
            fields.push_back({name.c_str(), BD_FIELD_TEXT, fields.size() * sizeof(bd_text), 0, 0, false, 0});
        return fields;
    }

    template <typename T> static void put(unsigned char *at, const T &value)
    {
        std::memcpy(at, &value, sizeof value);
    }

    /* Every record gets `width` texts, whatever it brings: fields that it lacks are absent, as in a line. */
    static Records records(const std::vector<Record> &list, std::size_t width, std::vector<std::vector<bd_text>> &kept)
    {
        std::vector<bd_text> texts;
        for (const Record &record : list) {
            for (std::size_t k = 0; k < width; k++)
                texts.push_back(k < record.size() ? text(record[k]) : bd_text{});
        }
        kept.push_back(std::move(texts));
        return {kept.back().data(), static_cast<std::uint32_t>(list.size())};
    }

    const Module *module_;
    std::unique_ptr<bd_session, Free> handle_;
    std::size_t field_count_ = 0; /* of the names that were bound, */
    std::vector<std::size_t> list_widths_;
    bool takes_texts_ = false; /* which no layout has replaced */
};

} // namespace beding

#endif
