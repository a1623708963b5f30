#include "sim-core/record/notices.hpp"

namespace streamtwin {

std::string_view name_of(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::tripped: return "tripped";
    case NoticeKind::ejected: return "ejected";
    case NoticeKind::circuit_open: return "circuit open";
    case NoticeKind::taken_out: return "taken out";
    case NoticeKind::evicted: return "evicted";
    case NoticeKind::dns: return "dns changed";
    case NoticeKind::found_dead: return "found dead";
    case NoticeKind::serving: return "replacement serving";
  }
  return "";
}

void Notices::add(Instant time, NoticeKind kind, std::string_view target, std::string_view by) {
  const auto [last, first_time] = last_.try_emplace({kind, std::string{target}}, time);
  if (!first_time && time - last->second < silence) return;
  last->second = time;
  all_.push_back({time, kind, std::string{target}, std::string{by}});
}

}  // namespace streamtwin
