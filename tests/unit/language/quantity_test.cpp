// How quantities are read and written, and how the nearest name is found.
#include <gtest/gtest.h>

#include "scenarios/language/nearest_name.hpp"
#include "scenarios/language/quantity.hpp"

namespace streamtwin::language {
namespace {

using namespace streamtwin::literals;

double read(std::string_view text, std::span<const UnitName> units) {
  const ReadQuantity quantity = read_quantity(text, units);
  EXPECT_EQ(quantity.fault, QuantityFault::none) << text;
  return quantity.value;
}

TEST(Quantity, IsReadWithItsUnitIntoTheBaseUnit) {
  EXPECT_EQ(read("30 s", unit_names<Duration>), 30);
  EXPECT_EQ(read("250ms", unit_names<Duration>), 0.25);
  EXPECT_EQ(read("1.5   h", unit_names<Duration>), 5400);
  EXPECT_EQ(read("8 Gbps", unit_names<BitRate>), 8e9);
  EXPECT_EQ(read("1.5 GB", unit_names<Bytes>), 1.5e9);
  EXPECT_EQ(read("2 GiB", unit_names<Bytes>), 2147483648.0);
  EXPECT_EQ(read("120 per s", unit_names<Rate>), 120);
  EXPECT_EQ(read("30 /min", unit_names<Rate>), 0.5);
  EXPECT_EQ(read("-3 km", unit_names<Distance>), -3);
  EXPECT_EQ(read("1e-3 s", unit_names<Duration>), 1e-3);
}

TEST(Quantity, PercentIsTheDoubleNearestToTheDecimalFraction) {
  EXPECT_EQ(read("70 %", unit_names<Fraction>), 0.7);
  EXPECT_EQ(read("0.7", unit_names<Fraction>), 0.7);
  EXPECT_EQ(read("7 %", unit_names<Fraction>), 0.07);
  EXPECT_EQ(read("99.9 %", unit_names<Fraction>), 0.999);
  EXPECT_EQ(read("0.1 ms", unit_names<Duration>), 1e-4);
  EXPECT_EQ(read("4.35 Gbps", unit_names<BitRate>), 4.35e9);
  EXPECT_EQ(read("1.5e3 us", unit_names<Duration>), 1.5e-3);
}

TEST(Quantity, SaysWhatIsWrongWithAText) {
  const auto fault = [](std::string_view text) { return read_quantity(text, unit_names<Duration>).fault; };
  EXPECT_EQ(fault("30"), QuantityFault::no_unit);
  EXPECT_EQ(fault("30 "), QuantityFault::no_unit);
  EXPECT_EQ(fault("30 sec"), QuantityFault::unknown_unit);
  EXPECT_EQ(fault("s"), QuantityFault::no_number);
  EXPECT_EQ(fault(""), QuantityFault::no_number);
  EXPECT_EQ(fault("nan s"), QuantityFault::no_number);
  EXPECT_EQ(fault("inf s"), QuantityFault::no_number);
  EXPECT_EQ(fault("0x10 s"), QuantityFault::unknown_unit);
  EXPECT_EQ(fault("1e999 s"), QuantityFault::no_number);
  EXPECT_EQ(fault("1e308 d"), QuantityFault::no_number);
  EXPECT_EQ(fault("+3 s"), QuantityFault::no_number);
  EXPECT_EQ(fault("1,5 s"), QuantityFault::unknown_unit);
  EXPECT_EQ(fault("30 S"), QuantityFault::unknown_unit);
}

TEST(Quantity, ExactTextTakesTheUnitWithTheFewestDigits) {
  EXPECT_EQ(exact(Duration{0.25}), "250 ms");
  EXPECT_EQ(exact(Duration{60}), "1 min");
  EXPECT_EQ(exact(Duration{90}), "90 s");
  EXPECT_EQ(exact(Duration{900}), "15 min");
  EXPECT_EQ(exact(Duration{86400}), "1 d");
  EXPECT_EQ(exact(Duration{0}), "0 s");
  EXPECT_EQ(exact(Duration{1e7}), "10000000 s");
  EXPECT_EQ(exact(1500_Mbps), "1.5 Gbps");
  EXPECT_EQ(exact(Bytes{68719476736.0}), "64 GiB");
  EXPECT_EQ(exact(500_MB), "500 MB");
  EXPECT_EQ(exact(70_pct), "70 %");
  EXPECT_EQ(exact(Fraction{0}), "0 %");
  EXPECT_EQ(exact(Rate{6}), "6 /s");
  EXPECT_EQ(exact(Distance{0.35}), "350 m");
}

TEST(Quantity, HumanTextRoundsToSignificantDigits) {
  EXPECT_EQ(human(Duration{0.123456}), "123 ms");
  EXPECT_EQ(human(Duration{0.9999}), "1 s");
  EXPECT_EQ(human(Duration{5400}), "1.5 h");
  EXPECT_EQ(human(BitRate{1.23456e9}), "1.23 Gbps");
  EXPECT_EQ(human(Bytes{1.5e15}), "1.5 PB");
  EXPECT_EQ(human(Rate{12345}), "12300 /s");
  EXPECT_EQ(human(Fraction{0.12345}), "12.3 %");
  EXPECT_EQ(human(Fraction{0}), "0 %");
  EXPECT_EQ(human(Duration{HUGE_VAL}), "unlimited");
}

TEST(Quantity, EveryUnitListIsReadableAndSorted) {
  EXPECT_EQ(unit_list(unit_names<Duration>), "ns, us, ms, s, min, h, d");
  EXPECT_EQ(unit_list(unit_names<Fraction>), "%");
}

TEST(NearestName, CountsInsertionsDeletionsSubstitutionsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", "abc"), 0u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("timeuot", "timeout"), 1u);
}

TEST(NearestName, FindsWhatWasMeantAndNothingElse) {
  const std::vector<std::string_view> names{"sleep_window", "timeout", "volume"};
  EXPECT_EQ(nearest_name("sleepwindow", names), "sleep_window");
  EXPECT_EQ(nearest_name("sleep-windw", names), "sleep_window");
  EXPECT_EQ(nearest_name("TIMEOUT", names), "timeout");
  EXPECT_EQ(nearest_name("tiemout", names), "timeout");
  EXPECT_EQ(nearest_name("bandwidth", names), std::nullopt);
  EXPECT_EQ(nearest_name("x", std::vector<std::string_view>{"y"}), std::nullopt);
  EXPECT_EQ(did_you_mean("volum", names), "; did you mean `volume`?");
}

}  // namespace
}  // namespace streamtwin::language
