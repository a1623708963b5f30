-- run.sqlite: everything a run measured, readable by anything that reads SQLite. Columns `time`, `begins` and `ends` are
-- simulated seconds from the end of the warm-up, as `method.at` of a scenario counts them; below zero in the
-- warm-up. A value that does not exist is NULL. Rows are in the order a reader wants.

-- What the run was: scenario, description, scenario_digest, version, seed, clock_starts_s (local time of day at
-- the start of the warm-up), simulated_seconds (the warm-up included), time_zero (what times count from), wall_seconds (of the real world), setup_seconds (of these, until the
-- platform was composed), events, digest, partial (0 or 1), replications,
-- warm_up_seconds, policy.abr (a rule that a program plugged in), confidence (of kpi.lower and kpi.upper),
-- and, with replications, series_seed (whose series, events and sites these are; histograms are those of all
-- replications together).
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

-- Key figures, over the time after the warm-up. kind is what a value is of: 'count', 'number', 'share', 'difference' (of
-- shares), 'duration', 'hours', 'rate', 'rate_per_hour', 'bitrate' or 'bytes'. lower and upper are a Student-t interval over
-- replications; NULL for a single run.
CREATE TABLE kpi (name TEXT PRIMARY KEY, value REAL, unit TEXT NOT NULL, kind TEXT NOT NULL, lower REAL, upper REAL,
                  doc TEXT NOT NULL);

-- kind is 'hypothesis' or 'slo'; held is 1, 0, or NULL when the run could not tell. begins and ends frame
-- the time that was judged. expected says in words what at_least and at_most do. With replications, observed is the mean, held says whether it held in all,
-- held_in in how many. breaks_because is why the scenario's `expects` says that this breaks; empty when it is
-- to hold.
CREATE TABLE verdict (name TEXT NOT NULL, kind TEXT NOT NULL, description TEXT NOT NULL, observed REAL,
                      expected TEXT NOT NULL, at_least REAL, at_most REAL, unit TEXT NOT NULL,
                      kpi_kind TEXT NOT NULL, held INTEGER, begins REAL, ends REAL,
                      held_in INTEGER, breaks_because TEXT NOT NULL);

-- One row per series and window; time is the end of the window.
CREATE TABLE series (name TEXT NOT NULL, unit TEXT NOT NULL, time REAL NOT NULL, value REAL);

-- One row per bucket that holds something, over the time after the warm-up. The buckets are logarithmic: 64
-- to the octave. Zero is the bucket from 0 to 0.
CREATE TABLE histogram (name TEXT NOT NULL, unit TEXT NOT NULL, low REAL NOT NULL, high REAL NOT NULL,
                        count INTEGER NOT NULL);

-- The timeline: what the scenario did to the platform, and what the platform did that a reader should see
-- marked.
CREATE TABLE event (time REAL NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, text TEXT NOT NULL);

-- Sites of appliances and cloud regions. bytes were served, utilisation is the peak, alive is the state at
-- the end.
CREATE TABLE site (name TEXT PRIMARY KEY, kind TEXT NOT NULL, metro TEXT NOT NULL, latitude REAL, longitude REAL,
                   appliances INTEGER NOT NULL, bytes REAL NOT NULL, utilisation REAL,
                   alive INTEGER NOT NULL);

-- One row per tier or service. utilisation is that of its fullest region; bound_rps is the rate at which the
-- analytic queueing network saturates its first region.
CREATE TABLE tier (name TEXT PRIMARY KEY, rps REAL, utilisation REAL, p50_s REAL, p99_s REAL, errors REAL,
                   bound_rps REAL);

-- One row per tier and region: a station of the analytic queueing network (M/M/c at the rate that the traffic
-- equations over the call graph give). load_share is of the play requests; visits are requests per play
-- request; offered_rps and predicted_* hold at the run's mean rate of play requests; utilisation was
-- measured; bound_plays are the play requests per second in all regions at which this station saturates.
CREATE TABLE station (tier TEXT NOT NULL, region TEXT NOT NULL, servers INTEGER NOT NULL, load_share REAL,
                      visits REAL, mean_cost_s REAL, offered_rps REAL, utilisation REAL,
                      predicted_utilisation REAL, predicted_wait_s REAL, bound_plays REAL,
                      PRIMARY KEY (tier, region));

-- One row per edge of the call graph: the mean number of calls of the one to the other per request at the caller.
CREATE TABLE call (caller TEXT NOT NULL, callee TEXT NOT NULL, times REAL NOT NULL, PRIMARY KEY (caller, callee));

-- The two logs of delivery, for the share of the sessions that the scenario's `outputs` asks for. The steering
-- manifest log has the answers of steering: which site is best for this client by routing, why it does not
-- lead (excluded: 'none', 'content', 'health' or 'other'), and the appliances that were named, in order,
-- separated by spaces. The server log has the bytes that appliances served: from the best site ('top_site'),
-- or as a miss ('content_miss', 'health_miss', 'other_miss').
CREATE TABLE steering_manifest_log (time REAL NOT NULL, session INTEGER NOT NULL, client_group TEXT NOT NULL,
                                    title INTEGER NOT NULL, top_site TEXT NOT NULL, excluded TEXT NOT NULL,
                                    appliances TEXT NOT NULL);
CREATE TABLE server_log (time REAL NOT NULL, session INTEGER NOT NULL, appliance TEXT NOT NULL,
                         site TEXT NOT NULL, bytes REAL NOT NULL, miss TEXT NOT NULL);

-- Conservation: what was created, and how it ended. errors are sentences about what does not add up.
CREATE TABLE audit (kind TEXT PRIMARY KEY, created REAL NOT NULL, finished REAL NOT NULL, failed REAL NOT NULL,
                    abandoned REAL NOT NULL, alive REAL NOT NULL);
CREATE TABLE audit_error (text TEXT NOT NULL);

CREATE INDEX series_by_name ON series (name, time);
CREATE INDEX histogram_by_name ON histogram (name, low);
