// The program.
#include "scenarios/cli/commands.hpp"

int main(int count, char** words) { return streamtwin::cli::main({words + 1, words + count}); }
