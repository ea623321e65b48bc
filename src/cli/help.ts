/** `earshot --help`. */
export const HELP = `Usage: earshot <command>

  earshot stage [URL…]   Starts the server of a live event: its stage document, waiting room and channel.
  earshot operator       Prints a URL that makes its first visitor an operator of a stage.

  earshot <command> --help
  earshot --version`;

/** `earshot stage --help`. */
export const STAGE_HELP = `Usage: earshot stage URL… [options]
       earshot stage --config FILE [options]

Starts the server of a live event. The URLs are its sources, best first: a path that ends in .m3u8 is HLS, one with
/whep is WebRTC.

  --capacity N       At most N joins per second to the WHEP source, which gets a waiting room (the door "floor").
  --most N           At most N people at the WHEP source at the same time; makes a waiting room too.
  --config FILE      Reads the whole configuration from a JSON file, in place of URLs.
  --port N           Default 8080; 0: any free port.
  --host ADDRESS     The address to listen on. Default: all.
  --public-url URL   The URL under which listeners reach this server, such as https://stage.example/.
  --journal FILE     Keeps passes, messages and settings over a restart of this process. For one node.
  --redis URL        Keeps them in Redis or Valkey, for several nodes. Default: REDIS_URL.
  --log-level LEVEL  debug, info, warn, error or silent. Default: info.

Environment:
  EARSHOT_SECRET           Signs tickets and passes: 32 bytes or more, the same on all nodes. Several, separated by
                           commas: the first signs, all verify. Without it, the journal keeps a random one; without a
                           journal, a restart ends all passes. Needed with --redis.
  EARSHOT_SECRET_PREVIOUS  Verifies too, so that you can replace a secret.
  REDIS_URL                Default of --redis, unless --journal is given.
  In the configuration, "env:NAME" in place of a text stands for the environment variable NAME.

On a terminal, it prints the URLs and a one-time URL for the operator. Otherwise it prints one line of JSON per event,
and no token: \`earshot operator\` prints the operator's URL.

SIGTERM and SIGINT hand the listeners over to other nodes or the next process; a second one ends at once.
Exit codes: 0 stopped; 1 wrong options or configuration; 2 failed, for example because the port is in use.`;

/** `earshot operator --help`. */
export const OPERATOR_HELP = `Usage: earshot operator [options]

Prints a URL that makes its first visitor an operator of a stage, within an hour. It needs the secret of the stage:
EARSHOT_SECRET, or the stage's journal.

  --config FILE      The configuration of the stage, for its name and its URL.
  --journal FILE     The journal of the stage, which keeps its secret.
  --public-url URL   The URL of the stage. Default: that of the configuration, or http://localhost:8080.
  --name NAME        The operator's name in the log of changes. Default: operator.`;
