#include "models/clients/session.hpp"

#include "models/clients/finding.hpp"
#include "models/clients/streaming.hpp"
#include "sim-core/awaitables.hpp"
#include "sim-core/simulation.hpp"

namespace streamtwin::clients {

using rpc::Reply;
using rpc::Status;

Task<> press_play(SessionContext& context, Scope& viewers, Viewer viewer) {
  ++context.plays.asked;
  Audited token(context.play_audit, WhenDropped::is_abandoned);
  const Opening opening{now(), context.recorder.trace(viewer.play, "play", "client", now())};
  if (context.observer != nullptr) context.observer->play_asked(viewer.play, viewer.member, context.region_of(viewer));
  const Reply reply = co_await ask_to_play(context, viewer, opening.span);
  if (reply.status == Status::refused) {
    ++context.plays.refused;
    if (context.observer != nullptr) context.observer->play_refused(viewer.play);
    end_play(context, viewer, Ending::refused);
    opening.span.end(now(), SpanStatus::ok);
    token.finish();
    co_return;
  }
  bool settled = false;
  if (reply.status == Status::ok) {
    take_list(context, viewer, reply);
    viewer.player = Player(now());
    context.keystone.publish();
    co_await delay(viewer.random.lognormal(context.spec.preparation.median, context.spec.preparation.sigma));
    settled = co_await find_appliance(context, viewer, opening.span);
  }
  if (settled) {
    viewers.spawn("viewer", watch(context, std::move(viewer), std::move(token), opening));
  } else {
    give_up(context, viewer, token, opening);
  }
}

void found_watching(SessionContext& context, Scope& viewers, Viewer viewer) {
  Audited token(context.session_audit, WhenDropped::is_abandoned);
  viewers.spawn("viewer", watch(context, std::move(viewer), std::move(token), std::nullopt));
}

}  // namespace streamtwin::clients
