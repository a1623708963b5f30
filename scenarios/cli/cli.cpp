// From words to a verb, and from exceptions to messages and exit statuses.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <system_error>

#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/places.hpp"
#include "scenarios/runner/jobs.hpp"

namespace streamtwin::cli {

namespace {

struct Dispatch {
  int operator()(const RunArguments& arguments) const { return run(arguments, load_scenario); }
  int operator()(const ListArguments&) const { return list(); }
  int operator()(const DescribeArguments& arguments) const { return describe(arguments); }
  int operator()(const ValidateArguments& arguments) const { return validate(arguments); }
  int operator()(const TraceArguments& arguments) const { return trace(arguments); }
  int operator()(const SchemaArguments& arguments) const { return schema(arguments); }
  int operator()(const ImportArguments& arguments) const { return import(arguments); }
  int operator()(const FenzoArguments& arguments) const { return fenzo(arguments); }
  int operator()(const CacheTraceArguments& arguments) const { return cache_trace(arguments); }
  int operator()(const CompletionArguments& arguments) const { return completion(arguments); }
  int operator()(const ManArguments&) const { return man(); }
  int operator()(const PythonArguments& arguments) const { return run_python(arguments.words); }
  int operator()(const Said& said) const {
    said.status == 0 ? write_out(said.text) : write_error(said.text);
    return said.status;
  }
};

}  // namespace

int main(const std::vector<std::string>& words) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error message, not a signal
  std::signal(SIGPIPE, SIG_DFL);
  keep_standard_files();
  try {
    const Arguments arguments = parse(words);
    std::error_code gone;
    static_cast<void>(std::filesystem::current_path(gone));
    if (gone && !std::holds_alternative<Said>(arguments)) {
      throw BadInput(fmt::format("the working directory cannot be used ({}); go to one that is there", gone.message()));
    }
    const int status = std::visit(Dispatch{}, arguments);
    if (std::fflush(stdout) != 0) {
      complain("streamtwin: standard output cannot be written\n");
      return exit_bad_input;
    }
    return status;
  } catch (const BadInput& error) {
    complain("streamtwin: {}\n", error.what());
    return exit_bad_input;
  } catch (const std::system_error& error) {
    complain("streamtwin: standard output cannot be written: {}\n", error.code().message());
    return exit_bad_input;
  } catch (...) {
    const RunFailed failure = describe_failure(std::current_exception());
    complain("streamtwin: {}\n", failure.what());
    return failure.status();
  }
}

}  // namespace streamtwin::cli
