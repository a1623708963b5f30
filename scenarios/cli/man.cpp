// The manual page, in the macros of man(7), told from the command line's own verbs and options.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "scenarios/cli/command_line.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/results/version.hpp"

namespace streamtwin::cli {
namespace {

/// Text as roff takes it: no hyphen where a minus is meant, no escape, no request at the start of a line.
std::string roff(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool at_start = i == 0 || text[i - 1] == '\n';
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    if (text.substr(i).starts_with("µ")) {
      out += "\\[mc]";
      ++i;
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '`') {
      out += '"';
    } else {
      out += c;
    }
  }
  return out;
}

std::string value_of(const CLI::Option& option) {
  return option.get_items_expected_max() == 0
             ? ""
             : fmt::format(" \\fI{}\\fR", roff(option.get_type_name().empty() ? "VALUE" : option.get_type_name()));
}

std::string option_text(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += fmt::format("\\fB\\-{}\\fR, ", roff(name));
  for (const std::string& name : option.get_lnames()) names += fmt::format("\\fB\\-\\-{}\\fR, ", roff(name));
  return fmt::format(".TP\n{}{}\n{}\n", names.substr(0, names.size() - 2), value_of(option), roff(option.get_description()));
}

std::string place_text(const CLI::Option& option) {
  return fmt::format(".TP\n\\fI{}\\fR\n{}\n", roff(option.get_name(true)), roff(option.get_description()));
}

std::string verb_text(const Verb& verb, const CLI::App& app) {
  std::string places, said, options;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) {
      if (option->get_lnames().front() != "help") options += option_text(*option);
      continue;
    }
    const std::string name = fmt::format("\\fI{}\\fR{}", roff(option->get_name(true)), option->get_items_expected_max() > 1 ? " ..." : "");
    places += option->get_required() ? " " + name : fmt::format(" [{}]", name);
    said += place_text(*option);
  }
  return fmt::format(".SS streamtwin {0}\n\\fBstreamtwin {0}\\fR{1}{2}\n.PP\n{3}.\n{4}{5}", verb.name,
                     options.empty() ? "" : " [\\fIoptions\\fR]", places, roff(verb.doc), said, options);
}

std::string page() {
  CommandLine line;
  std::string text = fmt::format(
      ".\\\" Written by `streamtwin man`.\n"
      ".TH STREAMTWIN 1 \"\" \"streamtwin {}\" \"User Commands\"\n"
      ".SH NAME\nstreamtwin \\- discrete\\-event simulator and digital twin of a video\\-streaming platform\n"
      ".SH SYNOPSIS\n.B streamtwin\n\\fIverb\\fR [\\fIoptions\\fR] [\\fIarguments\\fR]\n"
      ".SH DESCRIPTION\nA scenario, which is a YAML file or the name of one in the library, says everything about a run: the platform, "
      "its load, what happens to it, and what is expected of it. \\fBstreamtwin run\\fR simulates it and writes a folder of results with a "
      "report. Every verb explains itself with \\fB\\-\\-help\\fR.\n.SH VERBS\n",
      roff(project_version));
  for (const Verb& verb : verbs()) {
    if (!verb.hidden) text += verb_text(verb, line.verb(verb.name));
  }
  text += ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : exit_statuses()) text += fmt::format(".TP\n.B {}\n{}\n", status, roff(meaning));
  text +=
      ".SH EXAMPLES\n.nf\nstreamtwin list\nstreamtwin run friday\\-night\nstreamtwin run zone\\-loss \\-\\-replications 10 \\-\\-set "
      "clock.lasts=10min\nstreamtwin describe \\-\\-reference\nsource <(streamtwin completion bash)\n.fi\n";
  return text;
}

}  // namespace

int man() {
  say("{}", page());
  return 0;
}

}  // namespace streamtwin::cli
