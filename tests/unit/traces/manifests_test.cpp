// Ladders and chunk sizes from manifests of HLS and DASH, small ones made up to show the traps of each form.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/clients/traces/readers.hpp"
#include "tests/refusal.hpp"
#include "tests/scratch_folder.hpp"

namespace streamtwin::traces {
namespace {

using namespace literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Manifests : public testing::Test {
 protected:
  MovieFile movie(const std::string& text, Duration chunk = 4s) { return read_movie_file(folder_.write("manifest", text), chunk); }
  std::string refused(const std::string& text) {
    return refusal_of<TraceError>([&] { movie(text); });
  }
  /// Bytes, chunk by chunk, of a level.
  static std::vector<double> sizes(const MovieFile& file, abr::Level level) {
    std::vector<double> all;
    for (std::uint32_t chunk = 0; chunk < file.movie.chunks(); ++chunk) all.push_back(file.movie.chunk_size(chunk, level).value());
    return all;
  }
  static std::vector<double> kbps(const MovieFile& file) {
    std::vector<double> all;
    for (const BitRate rate : file.movie.ladder().rates()) all.push_back(rate.value() / 1e3);
    return all;
  }
  /// A presentation of 10 s in segments of 4, 4 and 2 s.
  static std::string dash(const std::string& sets) {
    return "<?xml version=\"1.0\"?><!-- MPD --><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" mediaPresentationDuration=\"PT10.0S\"><Period>" +
           sets + "</Period></MPD>";
  }

  const ScratchFolder folder_;
};

constexpr const char* master =
    "#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2000000,CODECS=\"avc1,mp4a\"\r\nhigh.m3u8\r\n"
    "#EXT-X-STREAM-INF:CODECS=\"a,b\",BANDWIDTH=800000\r\nlow.m3u8?token=1\r\n";

TEST_F(Manifests, OfHlsTakeTheirSizesFromRanges) {
  folder_.write("high.m3u8",
                "#EXTM3U\n#EXT-X-MAP:URI=\"v.mp4\",BYTERANGE=\"900@0\"\n#EXTINF:4,\n#EXT-X-BYTERANGE:1000000@900\nv.mp4\n#EXTINF:2.0,end\n"
                "#EXT-X-BYTERANGE:400000\nv.mp4\n#EXT-X-ENDLIST\n");
  folder_.write("low.m3u8", "#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:300000@0\nl.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:150000\nl.mp4\n");
  const MovieFile file = movie(master);
  EXPECT_TRUE(file.sized);
  EXPECT_THAT(kbps(file), ElementsAre(800, 2000)) << "the lowest first, and a mean rather than a peak";
  EXPECT_THAT(sizes(file, 1), ElementsAre(1000000, 800000)) << "what is half as long is scaled";
  EXPECT_THAT(file.remarks, ElementsAre(HasSubstr("1 levels tell their peak"), HasSubstr("2 chunks are longer or shorter than 4 s")));
}

TEST_F(Manifests, OfHlsWithoutTheirPlaylistsAreLadders) {
  const MovieFile file = movie(std::string(master) + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"a.m3u8\"\n", 6s);
  EXPECT_FALSE(file.sized);
  EXPECT_EQ(file.movie.chunk_duration(), 6s);
  EXPECT_THAT(kbps(file), ElementsAre(800, 2000));
  EXPECT_THAT(file.remarks,
              AllOf(Contains(HasSubstr("2 of 2 playlists do not lie beside it")), Contains(HasSubstr("no sizes of its chunks")),
                    Contains(HasSubstr("its audio is a playlist of its own"))));
}

TEST_F(Manifests, OfOneLevelOfHlsNeedRatesOrSizes) {
  const MovieFile file = movie("#EXTM3U\n#EXT-X-BITRATE:800\n#EXTINF:4,\na.ts\n#EXT-X-BITRATE:400\n#EXTINF:4,\nb.ts\n");
  EXPECT_THAT(sizes(file, 0), ElementsAre(400000, 200000));
  EXPECT_THAT(kbps(file), ElementsAre(600));
  EXPECT_THAT(refused("#EXTM3U\n#EXTINF:4,\na.ts\n"), HasSubstr("name the master"));
  EXPECT_THAT(refused("#EXTM3U\n\na.ts\n"), HasSubstr("manifest:3: a segment without #EXTINF"));
  EXPECT_THAT(refused("#EXTM3U\n#EXTINF:x,\na.ts\n"),
              HasSubstr("manifest:2: expected seconds of a segment above 0 and up to 3600, found `x`"));
  EXPECT_THAT(refused("#EXTM3U\n"), HasSubstr("without a segment"));
  EXPECT_THAT(refused("#EXTM3U\n#EXT-X-STREAM-INF:CODECS=\"x\na.m3u8\n"), HasSubstr("manifest:2: a level without BANDWIDTH"));
}

TEST_F(Manifests, OfDashTemplatesAreOfTheirBandwidth) {
  const MovieFile file =
      movie(dash(R"(<AdaptationSet contentType="video"><SegmentTemplate timescale="1000" duration="4000" media="$Number$"/>
    <Representation id="b" bandwidth="2000000"/><Representation id="a" bandwidth="500000"/></AdaptationSet>
    <AdaptationSet mimeType="audio/mp4"><Representation bandwidth="64000"/><Representation bandwidth="128000"/></AdaptationSet>)"));
  EXPECT_FALSE(file.sized);
  EXPECT_THAT(kbps(file), ElementsAre(500, 2000));
  EXPECT_EQ(file.movie.chunks(), 3u);
  EXPECT_EQ(file.audio, 64000_B) << "128 kbit/s for 4 s";
  EXPECT_THAT(file.remarks, Contains(HasSubstr("peaks rather than means")));
}

TEST_F(Manifests, OfDashListsHaveExactSizes) {
  const auto set = [](const std::string& urls) {
    return R"(<AdaptationSet><SegmentList timescale="90000"><SegmentTimeline><S t="0" d="360000" r="1"/><S d="180000"/></SegmentTimeline></SegmentList>
      <Representation id="a" bandwidth="500000" width="640"><SegmentList>)" +
           urls + "</SegmentList></Representation></AdaptationSet>";
  };
  const MovieFile file =
      movie(dash(set(R"(<SegmentURL mediaRange="100-1099"/><SegmentURL mediaRange="1100-2299"/><SegmentURL mediaRange="2300-2799"/>)")));
  EXPECT_TRUE(file.sized);
  EXPECT_THAT(sizes(file, 0), ElementsAre(1000, 1200, 1000)) << "the last is half as long";
  EXPECT_THAT(refused(dash(set(R"(<SegmentURL mediaRange="100-99"/>)"))),
              HasSubstr("Representation a: expected a range of bytes as 0-999, found `100-99`"));
  EXPECT_THAT(refused(dash(set(R"(<SegmentURL mediaRange="100-199"/>)"))), HasSubstr("1 segments and 3 lengths"));
}

TEST_F(Manifests, OfDashTimelinesRepeatToTheEndOfThePeriod) {
  const MovieFile file = movie(dash(R"(<AdaptationSet contentType="video"><Representation id="a" bandwidth="500000">
    <SegmentTemplate timescale="10"><SegmentTimeline><S t="70" d="20" r="-1"/></SegmentTimeline></SegmentTemplate></Representation></AdaptationSet>)"));
  EXPECT_EQ(file.movie.chunks(), 5u);
  EXPECT_EQ(file.movie.chunk_duration(), 2s);
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}
/// Version 0, in thousandths of a second.
std::string sidx(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& references) {
  std::string box = big_endian(1, 4) + big_endian(1000, 4) + big_endian(0, 8) + big_endian(references.size(), 4);
  for (const auto& [size, duration] : references) box += big_endian(size, 4) + big_endian(duration, 4) + big_endian(0x90000000, 4);
  return big_endian(box.size() + 12, 4) + "sidx" + big_endian(0, 4) + box;
}

TEST_F(Manifests, OfDashReadTheIndexInTheMedia) {
  const std::string inner = sidx({{700, 4000}, {300, 2000}});
  const std::string outer = sidx({{1000, 4000}, {static_cast<std::uint32_t>(0x80000000 | inner.size()), 6000}});
  folder_.write("v.mp4", std::string(50, 'x') + outer + std::string(1000, 'm') + inner);
  const std::string text = dash(R"(<AdaptationSet><Representation id="v" bandwidth="2000" mimeType="video/mp4"><BaseURL>v.mp4</BaseURL>
    <SegmentBase indexRange="50-99"/></Representation></AdaptationSet>)");
  const MovieFile file = movie(text);
  EXPECT_TRUE(file.sized);
  EXPECT_THAT(sizes(file, 0), ElementsAre(1000, 700, 600));
  folder_.write("v.mp4", std::string(50, 'x') + outer);
  EXPECT_THAT(refused(text), HasSubstr("v.mp4: byte 1106: the segment index (sidx) is cut off"));
  folder_.write("v.mp4", std::string(200, 'x'));
  EXPECT_THAT(refused(text), HasSubstr("v.mp4: byte 50: expected a segment index"));
  const MovieFile without =
      movie(dash(R"(<AdaptationSet><Representation id="v" bandwidth="2000" mimeType="video/mp4"><BaseURL>http://a/v.mp4</BaseURL>
    <SegmentBase indexRange="50-99"/></Representation></AdaptationSet>)"));
  EXPECT_FALSE(without.sized);
  EXPECT_THAT(without.remarks, Contains(HasSubstr("do not all lie beside it")));
}

TEST_F(Manifests, OfDashThatCannotBeUsedSayWhy) {
  EXPECT_THAT(refused("<MPD></MPD>"), HasSubstr("there is no <Period>"));
  EXPECT_THAT(refused("<MPD><Period>\n</MPD>"), HasSubstr("manifest:2: no XML"));
  EXPECT_THAT(refused(dash("<AdaptationSet contentType=\"text\"/>")), HasSubstr("no AdaptationSet of video"));
  EXPECT_THAT(refused(dash(R"(<AdaptationSet contentType="video"><Representation id="a" bandwidth="fast"/></AdaptationSet>)")),
              HasSubstr("Representation a: expected its `bandwidth` in bit/s, found `fast`"));
  EXPECT_THAT(
      refused(
          R"(<MPD><Period><AdaptationSet contentType="video"><Representation id="a" bandwidth="5"><SegmentTemplate duration="4"/></Representation></AdaptationSet></Period></MPD>)"),
      HasSubstr("how many segments there are is not said"));
  EXPECT_THAT(refused(dash(
                  R"(<AdaptationSet contentType="video"><Representation id="a" bandwidth="5"><SegmentTemplate timescale="1000" duration="4">
    <SegmentTimeline><S d="40" r="4000000000"/></SegmentTimeline></SegmentTemplate></Representation></AdaptationSet>)")),
              HasSubstr("4e+09 segments; expected 1 to 1000000"));
}

}  // namespace
}  // namespace streamtwin::traces
