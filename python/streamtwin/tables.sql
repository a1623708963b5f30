-- run.sqlite: everything a run measured, readable by anything that reads SQLite. Times are simulated seconds from the
-- end of the warm-up, as `method.at` of a scenario counts them; below zero in the warm-up. A value that does not exist
-- is NULL. Rows are in the order a reader wants.

-- What the run was: scenario, description, scenario_digest, version, seed, clock_starts_s (local time of day at the
-- start of the warm-up), simulated_seconds (the warm-up included), time_zero (what times count from), warm_up_seconds,
-- wall_seconds (of the real world), setup_seconds (of these, until the platform was composed), events, digest, partial
-- (0 or 1), replications, policy.KIND (a policy that a program plugged in: abr, steering, balancer, limiter, shedding,
-- autoscaler, fitness), policy.KIND.calls (how often it was asked), policy.KIND.seconds (of the real world, that it
-- took), confidence (of kpi.lower and kpi.upper), and, with replications, series_seed (whose series, events and sites
-- these are; histograms are those of all replications together).
CREATE TABLE meta (
  key TEXT NOT NULL,                   -- What is told
  value TEXT NOT NULL,                 -- As text
  PRIMARY KEY (key)
);

-- Key figures, over the time after the warm-up.
CREATE TABLE kpi (
  name TEXT NOT NULL,                  -- Dotted: plays.start_delay.p99
  value REAL,                          -- In its unit
  unit TEXT NOT NULL,                  -- Follows from the kind; shares and counts have none
  kind TEXT NOT NULL,                  -- What a value is of: 'count', 'number', 'share', 'difference', 'duration', 'hours', 'rate', 'rate_per_hour', 'bitrate', 'bytes', 'money'
  lower REAL,                          -- Lower end of a Student-t interval over replications; NULL for a single run
  upper REAL,                          -- Upper end of that interval
  doc TEXT NOT NULL,                   -- What it says
  PRIMARY KEY (name)
);

-- Whether what was expected came true. With replications, held says whether it held in all.
CREATE TABLE verdict (
  name TEXT NOT NULL,                  -- The KPI that was judged
  kind TEXT NOT NULL,                  -- What it is a part of: 'hypothesis', 'slo'
  description TEXT NOT NULL,           -- The title of the hypothesis
  observed REAL,                       -- The KPI's value; the mean over replications
  expected TEXT NOT NULL,              -- The bounds as text: >= 0.5 and <= 8
  at_least REAL,                       -- The lower bound
  at_most REAL,                        -- The upper bound
  unit TEXT NOT NULL,                  -- Unit of these numbers: the KPI's
  kpi_kind TEXT NOT NULL,              -- The kind of the KPI: 'count', 'number', 'share', 'difference', 'duration', 'hours', 'rate', 'rate_per_hour', 'bitrate', 'bytes', 'money'
  held INTEGER,                        -- 1, 0, or NULL when the run could not tell
  begins REAL NOT NULL,                -- Begin of the time that was judged (s)
  ends REAL NOT NULL,                  -- End of the time that was judged (s)
  held_in INTEGER,                     -- In how many replications it held; NULL for a single run
  breaks_because TEXT NOT NULL         -- Why the scenario expects that it breaks; empty when it is to hold
);

-- One row per series and window.
CREATE TABLE series (
  name TEXT NOT NULL,                  -- Dotted: plays.asked
  unit TEXT NOT NULL,                  -- Unit of the values; that of shares is 'fraction'
  time REAL NOT NULL,                  -- The end of the window (s)
  value REAL                           -- NULL when there was nothing to measure
);
CREATE INDEX series_by_name ON series (name, time);

-- One row per bucket that holds something, over the time after the warm-up. The buckets are logarithmic: 64 to the
-- octave. Zero is the bucket from 0 to 0.
CREATE TABLE histogram (
  name TEXT NOT NULL,                  -- Dotted: plays.start_delay
  unit TEXT NOT NULL,                  -- Unit of low and high
  low REAL NOT NULL,                   -- What the bucket begins with
  high REAL NOT NULL,                  -- What it ends before
  count INTEGER NOT NULL               -- How many values lie in it
);
CREATE INDEX histogram_by_name ON histogram (name, low);

-- The timeline: what the scenario did to the platform, and what the platform did that a reader should see marked.
CREATE TABLE event (
  time REAL NOT NULL,                  -- When (s)
  kind TEXT NOT NULL,                  -- The action, or what happened
  target TEXT NOT NULL,                -- What it was done to; may be empty
  text TEXT NOT NULL                   -- What was done, in words
);

-- Sites of appliances, and cloud regions.
CREATE TABLE site (
  name TEXT NOT NULL,                  -- As targets of a scenario name it
  kind TEXT NOT NULL,                  -- 'isp', 'exchange' or 'region'
  metro TEXT NOT NULL,                 -- The city; empty of a region
  latitude REAL,                       -- Degrees north
  longitude REAL,                      -- Degrees east
  appliances INTEGER NOT NULL,         -- How many it has
  bytes REAL NOT NULL,                 -- What they served (B)
  utilisation REAL,                    -- Peak utilisation of its uplink (fraction)
  alive INTEGER NOT NULL,              -- At the end: 1 or 0
  PRIMARY KEY (name)
);

-- One row per tier or service.
CREATE TABLE tier (
  name TEXT NOT NULL,                  -- The name of the service
  rps REAL,                            -- Requests (/s)
  utilisation REAL,                    -- Share of its servers that worked, in the region where it is highest (fraction)
  p50_s REAL,                          -- Median latency (s)
  p99_s REAL,                          -- 99th percentile of the latency (s)
  errors REAL,                         -- Share of the requests that failed (fraction)
  bound_rps REAL,                      -- The rate at which the analytic queueing network saturates its first region (/s)
  PRIMARY KEY (name)
);

-- One row per tier and region: a station of the analytic queueing network (M/M/c at the rate that the traffic equations
-- over the call graph give), and what the run measured there.
CREATE TABLE station (
  tier TEXT NOT NULL,                  -- The service
  region TEXT NOT NULL,                -- Where
  servers INTEGER NOT NULL,            -- Cores of its instances there
  load_share REAL,                     -- Share of the play requests that this region takes (fraction)
  visits REAL,                         -- Requests at the tier for one play request
  mean_cost_s REAL,                    -- What a request costs of a server (s)
  offered_rps REAL,                    -- Requests at the run's mean rate of play requests (/s)
  utilisation REAL,                    -- Utilisation that was measured (fraction)
  predicted_utilisation REAL,          -- Utilisation in theory, at offered_rps (fraction)
  predicted_wait_s REAL,               -- Mean wait in theory, at offered_rps (s)
  bound_plays REAL,                    -- Play requests in all regions at which this station saturates (/s)
  PRIMARY KEY (tier, region)
);

-- One row per edge of the call graph.
CREATE TABLE call (
  caller TEXT NOT NULL,                -- The service that calls
  callee TEXT NOT NULL,                -- The service that it calls
  times REAL,                          -- Mean number of such calls per request at the caller
  PRIMARY KEY (caller, callee)
);

-- One row per Hystrix command with a `dashboard`: what that showed during the measurement, over the calling instances.
CREATE TABLE command (
  caller TEXT NOT NULL,                -- The service that calls
  callee TEXT NOT NULL,                -- The service that it calls
  command_key TEXT NOT NULL,           -- The command's key; empty where it has none of its own
  rps REAL,                            -- Commands (/s)
  errors REAL,                         -- Share of them that did not succeed (fraction)
  circuit_changes INTEGER NOT NULL,    -- How often a circuit opened or closed on one of the instances
  p50_s REAL,                          -- Median of the latencies of the minute before, mean over the run's windows (s)
  p90_s REAL,                          -- 90th percentile, likewise (s)
  p99_s REAL,                          -- 99th percentile, likewise (s)
  p99_5_s REAL,                        -- 99.5th percentile, likewise (s)
  PRIMARY KEY (caller, callee, command_key)
);

-- One row per agent of a stack of Titus that served at the end: what containers had been given of it.
CREATE TABLE agent (
  stack TEXT NOT NULL,                 -- The stack
  name TEXT NOT NULL,                  -- Its machine
  instance_group TEXT NOT NULL,        -- Its instance group
  zone TEXT NOT NULL,                  -- Where it stands
  tier TEXT NOT NULL,                  -- 'critical' or 'flex'
  containers INTEGER NOT NULL,         -- How many it has
  cpus REAL,                           -- Its processors
  cpus_given REAL,                     -- What containers have of them
  memory REAL NOT NULL,                -- Its memory (B)
  memory_given REAL NOT NULL,          -- What containers have of it (B)
  PRIMARY KEY (stack, name)
);

-- One row per node of a cache or a store of Cassandra: which part of the keys its ring gives it.
CREATE TABLE ownership (
  cluster TEXT NOT NULL,               -- The cache or store
  node TEXT NOT NULL,                  -- As cassandra/us-east-1a/0
  zone TEXT NOT NULL,                  -- Where it stands
  share REAL,                          -- Part of the keys of which it keeps a copy: of a cache in its zone's copy (fraction)
  PRIMARY KEY (cluster, node)
);

-- What the platform found out by itself of each step of the method, one row for each way: a balancer that leaves an
-- instance out, a load balancer's health checks, the registry, a circuit, DNS, EC2's status checks; and when another
-- served in its place.
CREATE TABLE finding (
  step INTEGER NOT NULL,               -- Of the method, from 0
  what TEXT NOT NULL,                  -- What has been found
  action TEXT NOT NULL,                -- What the step did
  target TEXT NOT NULL,                -- To whom, as the scenario says
  after_s REAL,                        -- From the step to the first that was found (s)
  last_s REAL,                         -- To the last (s)
  found INTEGER NOT NULL,              -- How many of those that it hit
  first TEXT NOT NULL,                 -- Which was the first
  found_by TEXT NOT NULL,              -- Who found it
  PRIMARY KEY (step, what)
);

-- How each broken objective came about: the tiers whose failures, latency or silence left what they had been before the
-- step, in the order of that, and through whose calls it went on.
CREATE TABLE spread (
  step INTEGER NOT NULL,               -- Of the method, from 0
  objective TEXT NOT NULL,             -- The KPI that broke
  place INTEGER NOT NULL,              -- In the order of time, from 1
  tier TEXT NOT NULL,                  -- The service
  after_s REAL,                        -- From the step to the end of the window in which it was seen (s)
  sign TEXT NOT NULL,                  -- 'failures', 'latency' or 'silence': what left its bounds
  through TEXT NOT NULL,               -- The caller that it reached next; empty at the end of its way
  PRIMARY KEY (step, objective, place)
);

-- Experiments on members: one row for each comparison of the two groups, over the plays since the experiment began.
CREATE TABLE experiment (
  name TEXT NOT NULL,                  -- The experiment
  time REAL NOT NULL,                  -- When (s)
  experiment_plays INTEGER NOT NULL,   -- Plays of the experiment's members that ended
  experiment_starts INTEGER NOT NULL,  -- Those that became a stream
  control_plays INTEGER NOT NULL,      -- Plays of the control's members that ended
  control_starts INTEGER NOT NULL,     -- Those that became a stream
  z REAL,                              -- Of the test that both shares are one: below 0 where the experiment's is smaller
  conclusion TEXT NOT NULL,            -- 'runs', or why the experiment has ended
  PRIMARY KEY (name, time)
);

-- Answers of steering, for the share of the sessions that the scenario's `outputs` asks for. Which site is best for a
-- client by routing, and which appliances were named.
CREATE TABLE steering_manifest_log (
  time REAL NOT NULL,                  -- When (s)
  session INTEGER NOT NULL,            -- The session that asked
  client_group TEXT NOT NULL,          -- Where the session is at home
  title INTEGER NOT NULL,              -- What it watches
  top_site TEXT NOT NULL,              -- The best by routing; empty without one
  excluded TEXT NOT NULL,              -- Why it does not lead: 'none', 'content', 'health' or 'other'
  appliances TEXT NOT NULL             -- Ranked, separated by spaces
);

-- Bytes that appliances served, for the share of the sessions that the scenario's `outputs` asks for.
CREATE TABLE server_log (
  time REAL NOT NULL,                  -- When (s)
  session INTEGER NOT NULL,            -- The session that got them
  appliance TEXT NOT NULL,             -- The appliance that served
  site TEXT NOT NULL,                  -- Where it stands
  bytes REAL NOT NULL,                 -- How much (B)
  miss TEXT NOT NULL                   -- 'top_site', or why it was another: 'content_miss', 'health_miss' or 'other_miss'
);

-- Conservation: what was created, and how it ended.
CREATE TABLE audit (
  kind TEXT NOT NULL,                  -- What is counted
  created REAL NOT NULL,               -- How many there were
  finished REAL NOT NULL,              -- How many came to a good end
  failed REAL NOT NULL,                -- How many came to a bad end
  abandoned REAL NOT NULL,             -- How many nobody waited for any more
  alive REAL NOT NULL,                 -- How many were under way at the end of the run
  PRIMARY KEY (kind)
);

-- Sentences about what does not add up.
CREATE TABLE audit_error (
  text TEXT NOT NULL                   -- The sentence
);
