#include "models/clients/traces/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "models/files/text_file.hpp"

namespace streamtwin::traces {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t file_bytes_max = 64u << 20;
constexpr std::size_t files_max = 100'000;
constexpr std::size_t named_max = 10;

std::string read_text(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    throw TraceError(fmt::format("{}: no such file; expected a bandwidth trace or a movie", file.string()));
  if (const auto size = fs::file_size(file, error); error || size > file_bytes_max)
    throw TraceError(fmt::format("{}: larger than {} MiB; cut it into shorter traces", file.string(), file_bytes_max >> 20));
  return files::text_of(file, "measured bandwidth");
}

std::vector<RawTrace> raw_traces(const std::string& name, std::string_view text, const TraceUnits& units) {
  text = files::without_byte_order_mark(name, text);
  return looks_like_json(text) ? traces_of_json(name, text, units) : traces_of_table(name, text, units);
}

bool is_note(const fs::path& file) {
  std::string stem = file.stem().string();
  std::transform(stem.begin(), stem.end(), stem.begin(), [](unsigned char c) { return std::toupper(c); });
  return stem == "LICENSE" || stem == "LICENCE" || stem == "README" || stem == "SOURCE" || stem == "COPYING" || stem.empty() ||
         file.filename().string().front() == '.';
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw TraceError(fmt::format("{}: no such folder; expected a folder of bandwidth traces", folder.string()));
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (std::error_code unreadable; it->is_regular_file(unreadable)) files.push_back(it->path().lexically_relative(folder));
    if (files.size() > files_max)
      throw TraceError(fmt::format("{}: more than {} files; expected a folder of bandwidth traces", folder.string(), files_max));
  }
  if (error) throw TraceError(fmt::format("{}: cannot be listed: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) { return a.generic_string() < b.generic_string(); });
  return files;
}

/// "a; b; and 5 more"
std::string listed(const std::vector<std::string>& all) {
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), named_max); ++i) text += (i == 0 ? "" : "; ") + all[i];
  return all.size() > named_max ? fmt::format("{}; and {} more", text, all.size() - named_max) : text;
}

/// The files of a folder, sorted into what they are.
class FolderReader {
 public:
  FolderReader(const fs::path& folder, const TraceUnits& units) : folder_(folder), units_(units) {}

  void look_at(const fs::path& file) {
    if (is_note(file)) return found_.not_traces.push_back(file);
    std::string text;
    try {
      text = read_text(folder_ / file);
      for (RawTrace& raw : raw_traces((folder_ / file).string(), text, units_)) {
        names_.push_back(file.generic_string() + raw.name.substr((folder_ / file).string().size()));
        raw_.push_back(std::move(raw));
      }
    } catch (const std::invalid_argument& fault) {
      const bool other_json = text.find_first_not_of(" \t\r\n") != std::string::npos && text[text.find_first_not_of(" \t\r\n")] == '{';
      if (other_json) found_.not_traces.push_back(file);
      (other_json ? others_ : bad_).emplace_back(fault.what());
    }
  }

  TraceFolder finish() {
    const Decision decision = decide_units(raw_, units_);
    for (std::size_t i = 0; i < raw_.size(); ++i) {
      try {
        const BandwidthTrace trace = with_units(raw_[i], decision);
        found_.traces.emplace_back(names_[i], trace.periods());
        doubled_ += raw_[i].doubled;
        reversed_ += raw_[i].reversed;
        skipped_ += raw_[i].skipped;
        for (const std::string& remark : raw_[i].remarks) of_files_[remark].push_back(names_[i]);
      } catch (const TraceError& fault) {
        bad_.emplace_back(fault.what());
      }
    }
    if (bad_.size() > found_.traces.size())
      throw TraceError(fmt::format("{}: {} of {} files cannot be read: {}", folder_.string(), bad_.size(),
                                   bad_.size() + found_.traces.size(), listed(bad_)));
    if (found_.traces.empty())
      throw TraceError(fmt::format("{}: no bandwidth trace in this folder; expected files of \"seconds Mbit/s\" or JSON lists{}",
                                   folder_.string(), others_.empty() ? "" : "; " + listed(others_)));
    remark(decision);
    return std::move(found_);
  }

 private:
  void remark(const Decision& decision) {
    const auto say = [this](std::string text) { found_.remarks.push_back(std::move(text)); };
    if (!decision.why.empty()) say(fmt::format("taken are {}; `trace_units` says so, or otherwise", decision.why));
    if (!bad_.empty()) say(fmt::format("{} files cannot be read and are left out: {}", bad_.size(), listed(bad_)));
    if (!others_.empty()) say(fmt::format("passed over: {}", listed(others_)));
    if (doubled_ > 0) say(fmt::format("{} lines have the time of the line before; their mean is taken", doubled_));
    if (reversed_ > 0) say(fmt::format("{} lines step back in time; what follows is replayed behind what came before", reversed_));
    for (const auto& [text, names] : of_files_) say(fmt::format("{}: {}", text, listed(names)));
    if (skipped_ > 0) say(fmt::format("{} lines hold no measurement and are passed over", skipped_));
  }

  const fs::path& folder_;
  const TraceUnits& units_;
  TraceFolder found_;
  std::vector<RawTrace> raw_;
  std::vector<std::string> names_;
  std::vector<std::string> bad_, others_;
  std::map<std::string, std::vector<std::string>> of_files_;  ///< remarks, and whom they are about
  std::size_t doubled_ = 0, reversed_ = 0, skipped_ = 0;
};

}  // namespace

BandwidthTrace parse_trace(const std::string& name, std::string_view text, const TraceUnits& units) {
  try {
    const std::vector<RawTrace> raw = raw_traces(name, text, units);
    if (raw.size() > 1) throw TraceError(fmt::format("{}: holds the traces of {} lines; read its folder", name, raw.size()));
    return with_units(raw.front(), decide_units(raw, units));
  } catch (const TraceError&) {
    throw;
  } catch (const std::invalid_argument& fault) {  // names the file already
    throw TraceError(fault.what());
  }
}

BandwidthTrace read_trace(const fs::path& file, const TraceUnits& units) {
  try {
    return parse_trace(file.string(), read_text(file), units);
  } catch (const TraceError&) {
    throw;
  } catch (const std::invalid_argument& fault) {
    throw TraceError(fault.what());
  }
}

TraceFolder read_trace_folder(const fs::path& folder, const TraceUnits& units) {
  FolderReader reader(folder, units);
  for (const fs::path& file : files_below(folder)) reader.look_at(file);
  return reader.finish();
}

}  // namespace streamtwin::traces
