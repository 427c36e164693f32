/** Every number a sender, a viewer or a row is held to. Sizes in bytes, times in milliseconds unless the name says otherwise. */

/** Browsers refuse more than 64 KB in flight by beacon and keepalive fetch (Fetch standard, "inflight keep-alive bytes"). */
export const BODY_BYTES_BROWSER = 64 * 1024;
export const BODY_BYTES_KEY = 1024 * 1024;
export const EVENT_BYTES = 16 * 1024;
export const EVENTS_PER_BATCH = 100;
/** How long a body may take to arrive before 408. */
export const BODY_TIMEOUT = 10_000;

/** A client clock is believed within these bounds after correction by `sent_at`. */
export const CLOCK_BACK = 24 * 3_600_000;
export const CLOCK_AHEAD = 5 * 60_000;
/** An event older than this on arrival is history: it enters sessions and rollups, not the rolling windows or presence. */
export const LIVE_AGE = 5 * 60_000;

export const SESSION_TIMEOUT = 30 * 60_000;
/** A visitor without a socket is "now" for this long after the last sign of life. */
export const PRESENCE_TTL = 75_000;
export const SIGN_OF_LIFE = 30_000;

/** The tracker's queue. */
export const QUEUE_FLUSH_EVENTS = 50;
export const QUEUE_FLUSH_INTERVAL = 5_000;
export const QUEUE_KEEP_EVENTS = 500;
/** Below the browser's 64 KB, so that another script's beacon still fits. */
export const IN_FLIGHT_BYTES = 60_000;

/** The outbox is written to D1 after this long or this many events. */
export const FLUSH_INTERVAL = 10_000;
export const FLUSH_EVENTS = 1_000;
/** Under load flushes begin at most this often, and each writes at most so many events in one D1 batch; between two others come through. */
export const FLUSH_PAUSE = 1_000;
export const FLUSH_ROWS = 1_500;
/** D1 and object SQLite refuse a row or value over 2 MB; our own guard lies well below. */
export const SQL_VALUE_BYTES = 1_000_000;
/** Past this many bytes waiting for D1 the answer is 503; behaviour detail is refused at half of it. */
export const OUTBOX_BYTES = 256 * 1024 * 1024;
/** Live state is written at most this often where much came. */
export const SNAPSHOT_INTERVAL = 10_000;
/** What stands in no journal (signs of life, drops) is written this long after it came. */
export const SNAPSHOT_INTERVAL_QUIET = 60_000;
/** What the journal has is durable: a short one may stand for longer. */
export const SNAPSHOT_INTERVAL_JOURNALED = 5 * 60_000;
/** Events in the journal beyond the snapshot that make it worth writing soon: a waking object reads them all. */
export const SNAPSHOT_EVENTS = 2_000;
/** Sessions written to D1 since the snapshot that are noted one by one; with more the snapshot is written soon. */
export const STORED_SESSIONS = 500;
export const MARKS_LIFE = 24 * 3_600_000;
/** Ids kept a marks row before it is split. */
export const MARKS_PER_ROW = 1_000;

/** Objects in front of a busy site's own, at most. */
export const LEAVES = 32;
/** Requests a second that a site's object takes by itself: the platform's own limit is some 1,000. */
export const OBJECT_REQUESTS_PER_SECOND = 600;
/** Beyond that, requests a second for which there is one leaf. One too many goes after twice so many milliseconds at most. */
export const LEAF_REQUESTS_PER_SECOND = 300;
export const LEAF_LINGER = 60_000;
/** For so long, and of so many sites, an isolate remembers how many leaves it was told to use. */
export const LEAVES_REMEMBERED = 60_000;
export const LEAVES_KNOWN = 1_000;
/** What a leaf hands to its site's object in one call at most, and what waits there meanwhile; one more is 503. */
export const LEAF_CALL_BATCHES = 100;
export const LEAF_CALL_BYTES = 2 * 1024 * 1024;
export const LEAF_WAITING_BATCHES = 1_000;
export const LEAF_WAITING_BYTES = 16 * 1024 * 1024;

export const FRAMES_PER_SECOND = 10;
export const FRAMES_PER_SECOND_LEAST = 2;
/** Sends a second over all viewers above which frames become rarer. */
export const SENDS_PER_SECOND = 4_000;
/** The same for the bytes of those sends: a site in a rush makes large frames. */
export const SENT_BYTES_PER_SECOND = 8 * 1024 * 1024;
/** Sessions and items of the feed that a frame tells at least, however many watch. */
export const FRAME_DETAILS_LEAST = 2;
/**
 * A viewer that sends marks back gets one after so many bytes, and after so long where less came. At `SENT_BYTES_PER_SECOND`
 * those are 128 a second to all viewers.
 */
export const VIEWER_MARK_BYTES = 64 * 1024;
export const VIEWER_MARK_INTERVAL = 60_000;
/**
 * One from whom no mark comes back for so long while some are out does not read, and is closed with 4408. A large message may
 * take longer, at so many bytes a second.
 */
export const VIEWER_MARK_SILENCE = 30_000;
export const VIEWER_SLOWEST = 128 * 1024;
/** So is one that has more than this unread for as long, though it reads. */
export const VIEWER_BEHIND_BYTES = 4 * 1024 * 1024;
/** While it has, or more than this waits for all of them at an object, a shorter silence is enough. */
export const VIEWERS_UNREAD_BYTES = 16 * 1024 * 1024;
export const VIEWER_MARK_SILENCE_PRESSED = 5_000;
/**
 * Of a viewer that does not send marks back nothing is known but its pings: it is closed with 4408 when it is sent more than
 * this without one in `VIEWER_SILENCE`, or so much at any time.
 */
export const VIEWER_UNREAD_BYTES = 8 * 1024 * 1024;
export const VIEWER_SILENCE = 90_000;
export const VIEWER_UNREAD_MOST = 32 * 1024 * 1024;
/** While such viewers of an object were sent more than `VIEWERS_UNREAD_BYTES` together since their pings, the silence is this. */
export const VIEWER_SILENCE_PRESSED = 65_000;
export const VIEWER_MESSAGES_PER_SECOND = 20;
/** Sockets of viewers at one object, unless the setting of that name says otherwise; others go to the next object. */
export const VIEWER_SOCKETS = 15_000;
/** Objects that an organization has for viewers beside its first one, each with as many sockets. */
export const RELAYS = 7;
/**
 * Of one member (or key) or one address among those of an object: as many, or ten for each request a minute that the site
 * takes of an address. One more is closed with 4429.
 */
export const VIEWER_SOCKETS_OF_ONE = 1_000;
/** Joins a second of one member or address: as many, or the site's `rate_limit`. */
export const VIEWER_JOINS = 200;
/** Messages a second of all sockets of a member: as many, or twice the site's `rate_limit`. */
export const VIEWER_MESSAGES_OF_ONE = 200;
/** Whole pictures a second that one socket may ask for. */
export const VIEWER_PICTURES_PER_SECOND = 2;
/** Detailed pictures a second that all sockets of a member may ask for: as many, or a tenth of the site's `rate_limit`. */
export const VIEWER_DETAILS_OF_ONE = 10;
/** Detailed pictures of several sites that wait for one another at an organization's object. */
export const MERGED_DETAILS_WAITING = 10;
export const VIEWER_MESSAGE_BYTES = 16 * 1024;
/** Rooms one socket has joined at a time; they stand in its attachment, which holds 16 KB. */
export const ROOMS_PER_SOCKET = 50;
/** Rooms one socket joins in a minute. */
export const JOINS_PER_MINUTE = 200;
/** Open sockets are looked at again this often, so that a right that ended is cut within 60 s also where alarms come late. */
export const RIGHTS_INTERVAL = 30_000;

/** A site reports to its organization's object at most this often, while somebody watches there. */
export const REPORT_INTERVAL = 250;
/** Reports a second of all sites together above which each one reports less often. */
export const REPORTS_PER_SECOND = 200;
/** Sites that are asked to report at a time. */
export const SITES_ASKED_AT_ONCE = 5;
/** Sites whose own frames one organization's object passes on. */
export const SITES_PASSED_ON = 64;
/** Sites go on reporting for this long after the last one who watched left: a page that is loaded anew costs no asking. */
export const WATCH_GRACE = 60_000;
/** What the organization's object was told is written down when nothing came for this long, and at most this late. */
export const BOARD_QUIET = 3_000;
export const BOARD_SAVE = 60_000;

/** A dashboard without a socket asks this often, of an organization less often where it would read more sites a second than that. */
export const POLL_INTERVAL = 2_000;
export const SITES_PER_POLL_SECOND = 10;
/** What a viewer tells of itself, as JSON, and how often a minute one member may. */
export const DASHBOARD_ACTION_BYTES = 2_000;
export const DASHBOARD_ACTIONS_PER_MINUTE = 60;
/** Actions of viewers that may wait for D1. */
export const AUDIT_WAITING = 1_000;
/** Frames kept for viewers that come back: a minute of them, and their bytes. */
export const REPLAY_FRAMES = 600;
export const REPLAY_BYTES = 512 * 1024;
/** Characters of frames that an organization's object keeps of all its rooms: each has its share. */
export const REPLAYS_BYTES = 16 * 1024 * 1024;
/** Frames go on being made for this long after the last viewer went, so that it finds what it missed. */
export const REPLAY_LINGER = 30_000;

/** A comment on every stream this often: a stream that died is noticed by writing to it alone. */
export const HEARTBEAT = 15_000;
/** What a stream tells its client to wait before it connects again. */
export const STREAM_RETRY = 3_000;
/** A member's stream gets a whole picture this often while something changes. */
export const STREAM_FULL = 60_000;
/** Bytes that a stream's reader leaves unread before it is cut off: of a member's, whose snapshots are large, and of a counter. */
export const STREAM_UNREAD_BYTES = 2 * 1024 * 1024;
export const COUNTER_UNREAD_BYTES = 16 * 1024;
/** Sends a second over all counter streams of a site above which counts are told more seldom, and how seldom at most. */
export const COUNTER_SENDS_PER_SECOND = 2_000;
export const COUNTS_PER_SECOND_LEAST = 0.4;
/** Counter streams that one site holds; one more is 503 with this many seconds in `Retry-After`. */
export const COUNTER_STREAMS = 10_000;
export const COUNTER_FULL_RETRY = 30;
/** Leaves that hold as many streams each, beyond those of the site's object. */
export const COUNTER_LEAVES = 9;
/**
 * While the site's object has more free places than this share of all, a leaf that has at most so small a share of its own
 * taken ends those streams: their pages come back to the site's object, and the leaf needs no looking after.
 */
export const COUNTER_HOME_FREE = 0.2;
export const COUNTER_HOME_FEW = 0.01;
/** A leaf tells the site's object who came and went at most this often. */
export const COUNTER_REPORT_INTERVAL = 250;
/**
 * The site's object looks after its leaves this often; one that answered neither of two looks is not counted from the
 * third on. Shorter than the ten seconds after which an idle object sleeps: all of them waking up every time to tell everything would cost more.
 */
export const COUNTER_LEAF_LOOK = 9_000;
/** It tries again after twice this, doubling, and after a wake-up it waits so long for all of them before it tells counts. */
export const COUNTER_LEAF_RETRY = 125;
export const COUNTER_LEAF_WAIT = 5_000;
/** Ended streams of leaves that are remembered until their leaf has heard of it. */
export const COUNTER_ENDS_KEPT = 10_000;
/** Counter streams that an address may open in `RATE_PERIOD`, end in it, and have open, for each request that the site takes of it. */
export const COUNTER_OF_ADDRESS = 10;
/** What the badge and `counter.json` say may be this old. */
export const COUNTER_AGE = 2_000;
/** Seconds for which a counter's cookie is good. */
export const COUNTER_COOKIE_LIFE = 30 * 24 * 3_600;
/** Events a second that a visitor's socket may send; a bucket of as many. A message is held to a browser's body. */
export const VISITOR_EVENTS_PER_SECOND = 50;
/** Messages of one socket that wait their turn; what comes beyond is told to come again. */
export const VISITOR_WAITING = 8;
/** A socket that sends so many messages on although it was told to wait is closed with 4429. */
export const VISITOR_REFUSED = 100;
/** Visitors' sockets that one site's object holds. */
export const VISITOR_SOCKETS = 10_000;

/** What one site keeps in memory and shows at once. */
export const LIVE_SESSIONS_SHOWN = 200;
/** And as many as have so many characters of JSON: a whole picture must stay below `STREAM_UNREAD_BYTES`. */
export const LIVE_SESSIONS_CHARACTERS = 1024 * 1024;
export const LIVE_SESSIONS_KEPT = 20_000;
/** Tabs whose presence a site's object knows, some 43 MB of memory; of more the longest silent are forgotten. */
export const TABS_KEPT = 100_000;
export const FEED_ITEMS = 50;
export const TOP_ROWS = 50;
export const JOURNEY_STEPS = 60;
/** A read of a group or an organization asks at most so many sites, so many at a time, and waits so long for each. */
export const SITES_PER_READ = 200;
export const SITES_AT_ONCE = 8;
export const SITE_READ_TIMEOUT = 5_000;
/** Closed windows kept in memory, per window length. */
export const WINDOW_POINTS = 60;
export const WINDOW_ROUTES = 10;
/** And as many as have so many characters together, or one. */
export const WINDOW_ROUTES_CHARACTERS = 2_560;
/** Pages that a running window counts apart: memory stays bounded whatever addresses are sent. */
export const WINDOW_PATHS = 1_000;
/** Visitors that a running window tells apart: as many as tabs are known. */
export const WINDOW_USERS = 100_000;
/** Combinations of country, device, source and page that are counted apart in a window and a day, for filters. */
export const WINDOW_CELLS = { "1s": 100, "5s": 200, "60s": 500 } as const;
export const DAY_CELLS = 2_000;
/** Characters of a combination that is counted apart, on average: some long ones leave room for fewer. */
export const CELL_CHARACTERS = 256;
/** Visitors told apart in all combinations of a window together: each is in one with its page and in one without. */
export const CELL_VISITORS = 2 * WINDOW_USERS;
/** Distinct values of one dimension and hour in rollups; the rest is counted as `OTHER`. */
export const ROLLUP_VALUES = 2_000;
export const OTHER = "(other)";

/** Requests of one address, IPv6 by its /64, in a period, to one site and kind of route; the site's owner may set another. */
export const SITE_RATE_LIMIT = 100;
export const RATE_PERIOD = 60_000;
/** Requests of one key, or of one member by token, in a period, to one site. */
export const KEY_RATE_LIMIT = 1_000;
export const KEY_RATE_PERIOD = 1_000;
/** Requests a minute that the platform's own limiter lets through of one address, site and kind of route; also in wrangler.toml. */
export const DAMPER_LIMIT = 1_000;
/** Addresses that are counted at a time; in a flood of them those that are quiet are forgotten. */
export const RATE_NAMES = 20_000;

export const TEXT = {
  id: 128,
  event_type: 50,
  name: 100,
  url: 2_048,
  title: 300,
  element: 255,
  selector: 500,
  user_id: 255,
  value: 500,
} as const;

/** Raw event rows live this long, counted from storing, in days; closed 60-second windows as well. */
export const EVENT_DAYS = 30;
/** What members did on dashboards is kept so long, in days. */
export const AUDIT_DAYS = 90;
