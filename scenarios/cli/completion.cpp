// Completion for shells, told from the command line's own verbs and options. The names of the library's scenarios are
// written into the script: completing a word runs nothing.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/cli/command_line.hpp"
#include "scenarios/cli/commands.hpp"
#include "scenarios/cli/output.hpp"
#include "scenarios/cli/places.hpp"

namespace streamtwin::cli {
namespace {

enum class Value { none, any, scenario, file, folder, choice };

/// An option, or a word in a place of its own.
struct Word {
  std::string name;        ///< "--seed", "FILE"
  std::string short_name;  ///< "-o", or nothing
  std::string doc;
  Value value = Value::none;
  std::vector<std::string_view> choices{};
  bool repeated = false;
};

struct VerbWords {
  std::string_view name, doc;
  std::vector<Word> options, places;
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What can stand for it.
void say_value(std::string_view verb, const CLI::Option& option, Word& word) {
  word.value = option.get_items_expected_max() == 0 ? Value::none : Value::any;
  if (word.name == "SHELL") word.choices = {"bash", "zsh", "fish"};
  if (word.name == "FORMAT") word.choices = {"misim", "graph"};
  if (word.name == "--trace-request") word.choices = {"slowest", "failed"};
  if (!word.choices.empty()) word.value = Value::choice;
  if (word.name == "FILE") word.value = is_one_of(verb, {"import", "fenzo", "cache-trace"}) ? Value::file : Value::scenario;
  if (word.name == "EXPERIMENT" || (word.name == "--out" && verb != "run")) word.value = Value::file;
  if (is_one_of(word.name, {"DIR", "A", "B"}) || (word.name == "--out" && verb == "run")) word.value = Value::folder;
}

Word word_of(std::string_view verb, const CLI::Option& option) {
  Word word;
  word.name = option.get_positional() ? option.get_name(true) : "--" + option.get_lnames().front();
  word.short_name = option.get_snames().empty() ? "" : "-" + option.get_snames().front();
  word.doc = option.get_description();
  word.repeated = option.get_items_expected_max() > 1;
  say_value(verb, option, word);
  return word;
}

std::vector<VerbWords> words_of(CommandLine& line) {
  std::vector<VerbWords> all;
  for (const Verb& verb : verbs()) {
    if (verb.hidden) continue;
    VerbWords& words = all.emplace_back(VerbWords{verb.name, verb.doc, {}, {}});
    for (const CLI::Option* option : line.verb(verb.name).get_options()) {
      (option->get_positional() ? words.places : words.options).push_back(word_of(verb.name, *option));
    }
  }
  return all;
}

/// Without names that a shell would not take as they are.
std::vector<std::string> scenario_names() {
  std::vector<std::string> names = library_names();
  std::erase_if(names, [](const std::string& name) {
    return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos;
  });
  return names;
}

std::string_view files_of(Value value) {
  switch (value) {
    case Value::scenario: return "scenarios";
    case Value::file: return "files";
    case Value::folder: return "folders";
    default: return "";
  }
}

/// What the script offers for a value, as its variables `words` and `files`.
std::string offer(const Word& word) {
  if (word.value == Value::choice) return fmt::format("words=$'{}'", fmt::join(word.choices, "\\n"));
  if (word.value == Value::scenario) return "words=$scenarios files=scenarios";
  return files_of(word.value).empty() ? "return" : fmt::format("files={}", files_of(word.value));
}

/// One case for each option that takes a value: 'run --seed'|'run -s') <then> ;;
template <class Then>
std::string value_cases(const std::vector<VerbWords>& verbs, Then then) {
  std::string text;
  for (const VerbWords& verb : verbs) {
    for (const Word& option : verb.options) {
      if (option.value == Value::none) continue;
      text += fmt::format("    '{} {}'", verb.name, option.name);
      if (!option.short_name.empty()) text += fmt::format("|'{} {}'", verb.name, option.short_name);
      text += fmt::format(") {} ;;\n", then(option));
    }
  }
  return text;
}

/// For words that begin with a dash, and for each place of a verb.
std::string word_cases(const std::vector<VerbWords>& verbs) {
  std::string text;
  for (const VerbWords& verb : verbs) {
    std::vector<std::string> options;
    for (const Word& option : verb.options) options.push_back(option.name);
    text += fmt::format("    '{} '*' -'*) words=$'{}' ;;\n", verb.name, fmt::join(options, "\\n"));
    for (std::size_t place = 0; place < verb.places.size(); ++place) {
      const std::string number = verb.places[place].repeated ? "*" : fmt::format("'{} '*", place + 1);
      text += fmt::format("    '{} '{}) {} ;;\n", verb.name, number, offer(verb.places[place]));
    }
  }
  return text;
}

/// The function is plain enough for zsh's bashcompinit.
std::string bash_script(const std::vector<VerbWords>& verbs) {
  std::vector<std::string_view> names;
  for (const VerbWords& verb : verbs) names.push_back(verb.name);
  return fmt::format(R"(_streamtwin() {{
  local IFS=$'\n' cur=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} verb= place=1 words= files= skip= word i
  local scenarios=$'{scenarios}'
  COMPREPLY=()
  # Of --out=here bash makes three words.
  if [ "$cur" = = ]; then cur=; elif [ "$before" = = ]; then before=${{COMP_WORDS[COMP_CWORD-2]}}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    if [ "$word" = = ]; then skip=yes; continue; fi
    if [ -n "$skip" ]; then skip=; continue; fi
    case "$verb $word" in
{valued}    *' -'*) ;;
    ' '*) verb=$word ;;
    *) place=$((place + 1)) ;;
    esac
  done
  case "$verb $before" in
{values}    *)
    case "$verb $place $cur" in
    ' '*) words=$'{verbs}\n--help\n--version' ;;
{words}    esac ;;
  esac
  while read -r word; do COMPREPLY+=("$word"); done < <(
    compgen -W "$words" -- "$cur"
    case $files in
    scenarios) compgen -f -X '!*.y*ml' -- "$cur"; compgen -d -- "$cur" ;;
    files) compgen -f -- "$cur" ;;
    folders) compgen -d -- "$cur" ;;
    esac)
  [ -z "$files" ] || compopt -o filenames 2>/dev/null
}}
complete -F _streamtwin streamtwin
)",
                     fmt::arg("scenarios", fmt::join(scenario_names(), "\\n")), fmt::arg("verbs", fmt::join(names, "\\n")),
                     fmt::arg("valued", value_cases(verbs, [](const Word&) { return "skip=yes"; })),
                     fmt::arg("values", value_cases(verbs, offer)), fmt::arg("words", word_cases(verbs)));
}

std::string fish_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish_values(const Word& word) {
  switch (word.value) {
    case Value::none: return "";
    case Value::any: return " -x";
    case Value::file: return " -r -F";
    case Value::folder: return " -x -a '(__fish_complete_directories)'";
    case Value::choice: return fmt::format(" -x -a '{}'", fmt::join(word.choices, " "));
    case Value::scenario: return fmt::format(" -F -a '{}'", fmt::join(scenario_names(), " "));
  }
  return "";
}

std::string fish_script(const std::vector<VerbWords>& verbs) {
  std::string text =
      "complete -c streamtwin -f\ncomplete -c streamtwin -n __fish_use_subcommand -l help\n"
      "complete -c streamtwin -n __fish_use_subcommand -l version\n";
  for (const VerbWords& verb : verbs) {
    text += fmt::format("complete -c streamtwin -n __fish_use_subcommand -a {} -d {}\n", verb.name, fish_quoted(verb.doc));
    const std::string here = fmt::format("complete -c streamtwin -n '__fish_seen_subcommand_from {}'", verb.name);
    for (const Word& option : verb.options) {
      const std::string short_name = option.short_name.empty() ? "" : " -s " + option.short_name.substr(1);
      text += fmt::format("{}{} -l {}{} -d {}\n", here, short_name, option.name.substr(2), fish_values(option), fish_quoted(option.doc));
    }
    for (const Word& place : verb.places) text += here + fish_values(place) + "\n";
  }
  return text;
}

}  // namespace

int completion(const CompletionArguments& arguments) {
  CommandLine line;
  const std::vector<VerbWords> words = words_of(line);
  if (arguments.shell == "fish") {
    say("# Completion for fish: streamtwin completion fish > ~/.config/fish/completions/streamtwin.fish\n{}", fish_script(words));
  } else if (arguments.shell == "zsh") {
    say("# Completion for zsh, after compinit in ~/.zshrc: source <(streamtwin completion zsh)\nautoload -U +X bashcompinit && bashcompinit\n{}",
        bash_script(words));
  } else {
    say("# Completion for bash, in ~/.bashrc: source <(streamtwin completion bash)\n{}", bash_script(words));
  }
  return 0;
}

}  // namespace streamtwin::cli
