#include "models/cloud/auto_scaling/history_file.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "models/files/table.hpp"
#include "models/files/text_file.hpp"

namespace streamtwin::auto_scaling {

LoadHistory read_load_history(const PredictiveSpec& spec, Duration run_begins, std::string* remark) {
  const files::Table table(spec.history.path, files::text_of(spec.history.path, "a load over time"));
  LoadHistory history{.slot = spec.interval, .values = {}, .begins = {}};
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const files::Table::Row row = table[i];
    const std::optional<double> load = row.number(table.column("load").value_or(row.size() - 1));
    if (!load || *load < 0) table.refuse(row.line(), "expected a load, a number of instances that is not negative");
    history.values.push_back(*load);
  }
  const std::size_t day = history.slots_of_a_day(), rows = history.values.size();
  if (rows < day) {
    throw std::invalid_argument(fmt::format("{}: {} rows of {:g} s are less than a day: a forecast needs days that repeat", table.name(),
                                            rows, in_seconds(history.slot)));
  }
  const std::size_t whole = rows >= 7 * day ? 7 * day : day, left_out = rows % whole;
  history.values.erase(history.values.begin(), history.values.begin() + static_cast<std::ptrdiff_t>(left_out));
  if (remark != nullptr && left_out > 0) {
    *remark =
        fmt::format("the first {} of {} rows are left out: what remains are whole {}", left_out, rows, whole == day ? "days" : "weeks");
  }
  history.begins = run_begins - static_cast<double>(history.values.size()) * history.slot;
  return history;
}

}  // namespace streamtwin::auto_scaling
