// How a table of run.sqlite is described: once, as a config struct is. For each table there is a `Table<Row>` with its name, what
// it says, its columns in order, and where its rows stand in a result; the SQL, what writes and reads the database and
// what hands the tables to Python are visitors over that. The type of a column follows from its member:
//
//   template <>
//   struct Table<CallResult> {
//     static constexpr std::string_view name = "call", doc = "One row per edge of the call graph.";
//     template <class Row, class Visitor>
//     static void describe(Row& call, Visitor& visit) {
//       visit(call.caller, {.name = "caller", .doc = "Who calls", .key = true});
//       visit(call.times, {.name = "times", .doc = "Mean number of calls per request at the caller"});
//     }
//     static void each(const RunResult& result, auto&& each) ...  // calls `each(row)`
//     static void take(CallResult&& call, RunResult& into) ...    // the other way round
//   };
//
// What follows from other columns is visited as a value: it is written and not read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "sim-core/description.hpp"
#include "sim-core/units.hpp"

namespace streamtwin {

struct Column {
  std::string_view name;
  std::string_view doc;
  std::string_view unit = "";
  bool key = false;    ///< the primary key, or part of it
  bool known = false;  ///< a number that is never missing
};

template <class Row>
struct Table;

namespace detail {

template <class T>
inline constexpr bool is_optional_value = false;
template <class T>
inline constexpr bool is_optional_value<std::optional<T>> = true;

}  // namespace detail

/// The SQL type of a member. Times and quantities are numbers in their base unit; what is not finite is NULL.
template <class Member>
constexpr std::string_view sql_type(const Column& column) {
  using T = std::remove_cvref_t<Member>;
  if constexpr (detail::is_optional_value<T>) {
    const std::string_view known = sql_type<typename T::value_type>({});
    return known.substr(0, known.find(' '));
  } else if constexpr (std::is_enum_v<T> || std::is_convertible_v<T, std::string_view>) {
    return "TEXT NOT NULL";
  } else if constexpr (std::is_integral_v<T>) {
    return "INTEGER NOT NULL";
  } else {
    const bool known = column.known || std::is_same_v<T, Instant> || std::is_same_v<T, Bytes>;
    return known ? "REAL NOT NULL" : "REAL";
  }
}

}  // namespace streamtwin
