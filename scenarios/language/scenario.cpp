#include "scenarios/language/scenario.hpp"

template const streamtwin::language::Type& streamtwin::language::type_of<streamtwin::Scenario>();
