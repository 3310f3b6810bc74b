/*
 * Bailiwick: an embeddable authorization engine. The C interface.
 *
 * May this subject do this action on this kind of resource in this scope, now?
 *
 *     bw_engine engine = 0;
 *     bw_error error = 0;
 *     bw_str path = bw_text_of("policy.yaml");
 *     if (bw_engine_load(&path, 1, &engine, &error) != BW_OK) { ... }
 *
 *     bw_request request = bw_request_at(1767225600);
 *     request.subject = bw_text_of("user:ana@acme.io");
 *     request.action = bw_text_of("create");
 *     request.kind = bw_text_of("job");
 *     request.scope = bw_text_of("acme/vision/detector");
 *
 *     bw_decision decision = BW_DENY;
 *     bw_status status = bw_check(engine, &request, &decision);
 *     if (status == BW_OK && decision == BW_ALLOW) { ... }
 *
 * WHAT GOES WRONG IS DENIED. BW_DENY is 0. Every function that decides writes a denial before it does anything else
 * and an allow only when everything went well, so that the decision alone can be trusted: the status says why there
 * is none. Statuses are never negative and never true where all is well; BW_OK is 0.
 *
 * HANDLES ARE NUMBERS. An engine, a prepared subject, an error object and so on are 64-bit integers, and 0 is none. One
 * that was freed, was freed twice or is of another kind is told from one that lives, as is nearly every one that was made
 * up: BW_BAD_HANDLE. What has a function for freeing its kind is freed by that, which takes 0 too, and its handle is
 * never given again in the life of a process. Permissions, scopes and clusters are numbers of a snapshot: there is nothing
 * to free, the same name has the same number while the snapshot is current, no other snapshot of the process knows it, and
 * one that was made up may name another thing of the snapshot. Nothing is freed with free().
 *
 * POINTERS ARE TRUSTED A LITTLE. NULL and pointers out of line give BW_INVALID_ARGUMENT, as do strings that are not
 * UTF-8, lengths that no memory has, and numbers that are none of their kind. What the library cannot see is yours:
 * that a pointer which is not NULL points at as much as is said beside it, that nobody writes there during the call,
 * and that what is written to is not read from in the same call. A function that is told to write to NULL does
 * nothing else. Everything a call is given it borrows until it returns; nothing is kept.
 *
 * THREADS. Every function may be called from any thread at any time, with the same handles, also while one of them is
 * freed or reloaded. Checks take no lock, wait for nobody and allocate nothing. The library starts no thread, reads
 * no clock, has no callbacks, changes no signal handler and no panic hook, and registers nothing for the exit of the
 * process. A check needs less than 48 KiB of stack.
 *
 * FORK. A process may fork at any time, whatever other threads do in the library: its lock is taken before the fork
 * and let go on both sides. The child has all handles of its parent and goes on by itself: what one changes the other
 * does not see. The first handle of a process is made before other threads fork, and a host's own handlers of forks do
 * not call the library. Load before the fork and the memory is shared; a server with workers loads in the master, and each
 * worker reloads for itself. A reload that another thread of the parent was in goes on there alone.
 *
 * SIGNALS. Checks neither allocate nor lock, but are not promised to be safe in a signal handler. Do not fork in one
 * that interrupts this library.
 *
 * UNLOADING. dlclose() while no other thread is in the library is safe; what was not freed before is lost.
 *
 * GROWING. A struct that begins with struct_size may grow at its end. Set it to sizeof, as the functions at the end
 * of this header do. An older library takes a longer struct as long as what it does not know is zero, and refuses it
 * with BW_UNSUPPORTED otherwise: nothing that you said is dropped in silence. Numbers and functions are never given
 * another meaning. bw_version() tells which library is loaded.
 *
 * This file is made from the sources of the library: change those.
 */


#ifndef BAILIWICK_H
#define BAILIWICK_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * The most attributes of a resource, and of a context.
 */
#define BW_ATTRIBUTES_MAX 64

/**
 * The most values that the lists of one question hold together.
 */
#define BW_ELEMENTS_MAX 256

/**
 * The most bytes of one string of a question or a change; texts of policies may be longer.
 */
#define BW_LENGTH_MAX 1048576

/**
 * The most groups of a question by names. A token with more of them is prepared with `bw_engine_subject`.
 */
#define BW_GROUPS_MAX 512

/**
 * The version of this header: major, minor and patch in 8 bits each. A program compares it with `bw_version()`.
 */
#define BW_VERSION 256

/**
 * How a call ended: `BW_OK`, or why it did not do what it was asked.
 *
 * Whatever is not `BW_OK` goes with a denial: decisions were set to `BW_DENY` before anything else was done. Numbers
 * are never used again for something else.
 */
typedef int32_t bw_status;

/**
 * Names an engine: the current snapshot of a policy with its directories. 0 is none.
 *
 * Any number of threads may use one at once, also while it is reloaded or freed.
 */
typedef uint64_t bw_engine;

/**
 * Bytes in UTF-8: a pointer and a length, without a zero at the end.
 *
 * They are borrowed until the call returns and never kept. A NULL pointer with length 0 is 'left out'; a NULL
 * pointer with another length, bytes that are not UTF-8, and more than `BW_LENGTH_MAX` of them are refused with
 * `BW_INVALID_ARGUMENT`.
 */
typedef struct bw_str {
  /**
   * The first byte.
   */
  const char *data;
  /**
   * How many bytes.
   */
  size_t len;
} bw_str;

/**
 * The groups of a subject's token, without `group:`. Not known is not the same as none. All zero is not known.
 */
typedef struct bw_groups {
  /**
   * 0 where the token was not read: its group rules give nothing, and group denies deny. 1 where these are its
   * groups and no others.
   */
  int32_t is_known;
  /**
   * How many groups; at most `BW_GROUPS_MAX` in a question, any number in `bw_engine_subject`. Not 0 is refused
   * where they are not known.
   */
  size_t n_names;
  /**
   * The first group.
   */
  const struct bw_str *names;
} bw_groups;

/**
 * What a value is: one of the `BW_VALUE_` numbers.
 */
typedef int32_t bw_value_type;

/**
 * The value of an attribute. Only the field that the type names is read.
 */
typedef struct bw_value {
  /**
   * What it is.
   */
  bw_value_type kind;
  /**
   * Of `BW_VALUE_INTEGER`, `BW_VALUE_BOOLEAN` and `BW_VALUE_TIME`.
   */
  int64_t integer;
  /**
   * Of `BW_VALUE_DECIMAL`.
   */
  double decimal;
  /**
   * Of `BW_VALUE_TEXT`.
   */
  struct bw_str text;
  /**
   * Of `BW_VALUE_LIST`: the first value.
   */
  const struct bw_value *values;
  /**
   * Of `BW_VALUE_LIST`: how many values.
   */
  size_t n_values;
} bw_value;

/**
 * An attribute: a name and its value.
 */
typedef struct bw_attribute {
  /**
   * The name, such as `owner`.
   */
  struct bw_str name;
  /**
   * The value.
   */
  struct bw_value value;
} bw_attribute;

/**
 * Attributes, at most `BW_ATTRIBUTES_MAX`. All zero is none.
 */
typedef struct bw_attributes {
  /**
   * The first attribute.
   */
  const struct bw_attribute *entries;
  /**
   * How many attributes.
   */
  size_t n_entries;
} bw_attributes;

/**
 * Who makes a change. All zero but the size is refused: nobody is the host by mistake.
 */
typedef struct bw_actor {
  /**
   * The size of the struct in bytes, set by the caller.
   */
  size_t struct_size;
  /**
   * 1 where the host itself makes the change: no right is asked, every other guard holds, and everything below is
   * zero. Else 0.
   */
  int32_t is_host;
  /**
   * Zero.
   */
  int32_t reserved;
  /**
   * Who: `user:`, `group:` or `app:` and a name.
   */
  struct bw_str subject;
  /**
   * The groups of the subject's token.
   */
  struct bw_groups groups;
  /**
   * Attributes of the context.
   */
  struct bw_attributes context;
} bw_actor;

/**
 * What is to be changed: one of the `BW_EDIT_` numbers. Each says which fields of the change it reads; a field that
 * it does not read must be zero.
 */
typedef int32_t bw_edit;

/**
 * Names, one behind another. All zero is none.
 */
typedef struct bw_names {
  /**
   * The first name.
   */
  const struct bw_str *names;
  /**
   * How many names.
   */
  size_t n_names;
} bw_names;

/**
 * Actions on a kind, for a deny of permissions.
 */
typedef struct bw_permissions {
  /**
   * The resource kind; `*` is every kind.
   */
  struct bw_str kind;
  /**
   * The actions; `*` is every action.
   */
  struct bw_names actions;
} bw_permissions;

/**
 * A change to the directory of one tenant. Begin with `bw_change_at`, which names the edit and the time, and fill in
 * what the edit reads.
 */
typedef struct bw_change {
  /**
   * The size of the struct in bytes, set by the caller.
   */
  size_t struct_size;
  /**
   * What is to be changed.
   */
  bw_edit edit;
  /**
   * 1 where a scope may be left without anybody who can administer it; no other guard is skipped. Else 0.
   */
  int32_t is_forced;
  /**
   * The time: seconds since the epoch, UTC. The library reads no clock.
   */
  int64_t now;
  /**
   * The tenant: the actor's home, and the one changed. It may be left out only while one tenant is loaded.
   */
  struct bw_str tenant;
  /**
   * Subjects, as `kind:name`.
   */
  struct bw_names subjects;
  /**
   * Roles.
   */
  struct bw_names roles;
  /**
   * Scopes, as paths.
   */
  struct bw_names scopes;
  /**
   * Of a deny: the permissions, where it is not of roles.
   */
  const struct bw_permissions *permissions;
  /**
   * How many kinds have permissions.
   */
  size_t n_permissions;
  /**
   * A limit: whether the rule holds on `clusters` alone, 0 or 1. An empty list with 1 is refused; names with 0
   * too.
   */
  int32_t has_clusters;
  /**
   * A limit: whether `from` is one, 0 or 1.
   */
  int32_t has_from;
  /**
   * A limit: whether `until` is one, 0 or 1.
   */
  int32_t has_until;
  /**
   * Zero.
   */
  int32_t reserved;
  /**
   * A limit: the only clusters.
   */
  struct bw_names clusters;
  /**
   * A limit: the first instant at which the rule holds.
   */
  int64_t from;
  /**
   * A limit: the first instant at which it no longer does.
   */
  int64_t until;
  /**
   * A limit: what must be true, in YAML or JSON; may be left out.
   */
  struct bw_str when;
  /**
   * The name that the edit says.
   */
  struct bw_str name;
  /**
   * The stable id that the edit says; may be left out.
   */
  struct bw_str id;
  /**
   * The scope kind that the edit says; may be left out.
   */
  struct bw_str kind;
  /**
   * What the edit leads to: a scope or a name.
   */
  struct bw_str to;
} bw_change;

/**
 * Names an approval: what was answered to a change, and the snapshot that it leads to. 0 is none. It is owned by
 * whom it was given to and never changes.
 */
typedef uint64_t bw_approval;

/**
 * Which text of an answer is asked for.
 */
typedef int32_t bw_answer_field;

/**
 * A question by names: may this subject do this action on this kind of resource here, now?
 *
 * Begin with `bw_request_at`, which names the time and leaves everything else out, and fill in the rest.
 */
typedef struct bw_request {
  /**
   * The size of the struct in bytes, set by the caller.
   */
  size_t struct_size;
  /**
   * The subject's home tenant; may be left out only while one tenant is loaded.
   */
  struct bw_str tenant;
  /**
   * Who asks: `user:`, `group:` or `app:` and a name.
   */
  struct bw_str subject;
  /**
   * The groups of the subject's token.
   */
  struct bw_groups groups;
  /**
   * The action, such as `create`.
   */
  struct bw_str action;
  /**
   * The resource kind, such as `job`.
   */
  struct bw_str kind;
  /**
   * The scope, as a path from the tenant down.
   */
  struct bw_str scope;
  /**
   * The cluster concerned; may be left out.
   */
  struct bw_str cluster;
  /**
   * Attributes of the resource.
   */
  struct bw_attributes resource;
  /**
   * Attributes of the context.
   */
  struct bw_attributes context;
  /**
   * The time: seconds since the epoch, UTC. The library reads no clock.
   */
  int64_t now;
} bw_request;

/**
 * Allow or deny. Zero is deny, so a decision that nobody wrote protects. Compare with `BW_ALLOW`, never with 'not
 * `BW_DENY`'.
 */
typedef int32_t bw_decision;

/**
 * Why a request was allowed or denied. `BW_REASON_GRANTED` is the one reason that allows.
 */
typedef int32_t bw_reason;

/**
 * A decision with what is known of it. Set `struct_size` to `sizeof(bw_details)` before a call fills it;
 * `bw_details_init` does.
 */
typedef struct bw_details {
  /**
   * The size of the struct in bytes, set by the caller.
   */
  size_t struct_size;
  /**
   * `BW_ALLOW` or `BW_DENY`.
   */
  bw_decision decision;
  /**
   * Why.
   */
  bw_reason reason;
  /**
   * The revision of the snapshot that decided; 0 where nothing was decided.
   */
  uint64_t revision;
  /**
   * The first later instant at which time alone turns allow into deny or back, in seconds since the epoch. Read it
   * only where `has_valid_until` is 1.
   */
  int64_t valid_until;
  /**
   * Whether there is such an instant: 0 or 1.
   */
  int32_t has_valid_until;
  /**
   * Zero.
   */
  int32_t reserved;
} bw_details;

/**
 * Names a subject with the groups of its token, prepared once a token. 0 is none.
 *
 * A prepared handle belongs to the snapshot that was current when it was made. After a reload, after an applied
 * change and after the engine was freed it is stale: checks with it are denied with `BW_STALE_HANDLE`, so that
 * nothing that was revoked is granted by a handle that was kept. A subject is then freed, and all are prepared again. Handles of one
 * snapshot go together, those of two never do, whatever their engines. Any number of threads may use one at once.
 */
typedef uint64_t bw_subject;

/**
 * Names one action on one resource kind, prepared once a snapshot, as `bw_subject` is. 0 is none. There is nothing to
 * free: the same name has the same number in a snapshot, and in no other.
 */
typedef uint64_t bw_permission;

/**
 * Names a scope, prepared once a snapshot, as `bw_permission` is. 0 is none.
 */
typedef uint64_t bw_scope;

/**
 * Names a cluster of a tenant, prepared once a snapshot, as `bw_permission` is. 0 is none.
 */
typedef uint64_t bw_cluster;

/**
 * What else a question by handles says. Begin with `bw_situation_at`, which names the time.
 */
typedef struct bw_situation {
  /**
   * The size of the struct in bytes, set by the caller.
   */
  size_t struct_size;
  /**
   * The cluster concerned; 0 is none.
   */
  bw_cluster cluster;
  /**
   * Attributes of the resource.
   */
  struct bw_attributes resource;
  /**
   * Attributes of the context.
   */
  struct bw_attributes context;
  /**
   * The time: seconds since the epoch, UTC. The library reads no clock.
   */
  int64_t now;
} bw_situation;

/**
 * A question by handles: one of many.
 */
typedef struct bw_prepared_request {
  /**
   * Who asks, with the groups of its token.
   */
  bw_subject subject;
  /**
   * The action and the resource kind.
   */
  bw_permission permission;
  /**
   * Where.
   */
  bw_scope scope;
  /**
   * The cluster, the attributes and the time; many questions may share one, and are fastest beside each other.
   */
  const struct bw_situation *situation;
} bw_prepared_request;

/**
 * How a text is written: one of the two numbers below.
 */
typedef int32_t bw_text_format;

/**
 * A named text of a policy or a directory.
 */
typedef struct bw_named_text {
  /**
   * The name that stands in findings.
   */
  struct bw_str name;
  /**
   * The text. It is copied; only memory limits its length, but a document of people is refused past 512 KiB.
   */
  struct bw_str body;
  /**
   * How it is written.
   */
  bw_text_format format;
} bw_named_text;

/**
 * Names an error object: the findings of a load, in the order of the texts. 0 is none. It is owned by whom it was
 * given to and never changes.
 */
typedef uint64_t bw_error;

/**
 * How bad a finding is.
 */
typedef int32_t bw_severity;

/**
 * The numbers of a finding. Set `struct_size` to `sizeof(bw_finding)` before a call fills it; `bw_finding_init`
 * does.
 */
typedef struct bw_finding {
  /**
   * The size of the struct in bytes, set by the caller.
   */
  size_t struct_size;
  /**
   * How bad it is.
   */
  bw_severity severity;
  /**
   * The line, from 1; 0 where it stands in no text.
   */
  uint32_t line;
  /**
   * The column in characters, from 1; 0 where it stands in no text.
   */
  uint32_t column;
  /**
   * The length in characters; 0 where it is not known.
   */
  uint32_t length;
} bw_finding;

/**
 * Which text of a finding is asked for.
 */
typedef int32_t bw_error_field;

/**
 * How an explanation is written.
 */
typedef int32_t bw_explain_form;

/**
 * Names a text that the library wrote. 0 is none. It is owned by whom it was given to and never changes.
 */
typedef uint64_t bw_text;

/**
 * Names the rule, restriction or gate on which a decision rests. 0 is none. It is owned by whom it was given to and
 * never changes.
 */
typedef uint64_t bw_rule;

/**
 * Which text of a rule is asked for.
 */
typedef int32_t bw_rule_field;

/**
 * No value: the same as leaving the attribute out.
 */
#define BW_VALUE_NULL 0

/**
 * Text, in `text`.
 */
#define BW_VALUE_TEXT 1

/**
 * An integer number, in `integer`.
 */
#define BW_VALUE_INTEGER 2

/**
 * A decimal number, in `decimal`. One that is not finite is a wrong type.
 */
#define BW_VALUE_DECIMAL 3

/**
 * A truth value, in `integer`: 0 or 1, anything else is refused.
 */
#define BW_VALUE_BOOLEAN 4

/**
 * An instant in seconds since the epoch, UTC, in `integer`.
 */
#define BW_VALUE_TIME 5

/**
 * Values of one type, in `values` and `n_values`. A list in a list is refused.
 */
#define BW_VALUE_LIST 6

/**
 * None: refused.
 */
#define BW_EDIT_NONE 0

/**
 * Adds an access rule for every one of `subjects`, `roles` and `scopes`, within the limits.
 */
#define BW_EDIT_ADD_RULES 1

/**
 * Removes the access rules that are exactly these, whatever their ids: fields as in `BW_EDIT_ADD_RULES`.
 */
#define BW_EDIT_REMOVE_RULES 2

/**
 * Adds a deny rule for every one of `subjects`, `roles` (or `permissions`) and `scopes`, within the limits.
 */
#define BW_EDIT_ADD_DENIES 3

/**
 * Removes the deny rules that are exactly these, whatever their ids: fields as in `BW_EDIT_ADD_DENIES`.
 */
#define BW_EDIT_REMOVE_DENIES 4

/**
 * Gives one of `subjects` one of `roles`, to be held at its organizations (the older form).
 */
#define BW_EDIT_GIVE_ROLE 5

/**
 * Takes one of `roles` from one of `subjects` (the older form).
 */
#define BW_EDIT_TAKE_ROLE 6

/**
 * Places one of `subjects` in one of `scopes` (the older form).
 */
#define BW_EDIT_PLACE 7

/**
 * Takes one of `subjects` out of one of `scopes` (the older form).
 */
#define BW_EDIT_DISPLACE 8

/**
 * Disables `subjects`: everything is denied to them.
 */
#define BW_EDIT_DISABLE 9

/**
 * Enables `subjects`.
 */
#define BW_EDIT_ENABLE 10

/**
 * Moves one of `scopes` below the scope `to`. Rules follow.
 */
#define BW_EDIT_MOVE_SCOPE 11

/**
 * Creates one of `scopes`, with `id` and `kind` where given. From here on edits are the host's alone.
 */
#define BW_EDIT_CREATE_SCOPE 12

/**
 * Renames one of `scopes`: `name` is the new last part of its path.
 */
#define BW_EDIT_RENAME_SCOPE 13

/**
 * Deletes one of `scopes` and all that is under it, with every rule and deny there.
 */
#define BW_EDIT_DELETE_SCOPE 14

/**
 * Creates the cluster `name`, with `id` where given.
 */
#define BW_EDIT_CREATE_CLUSTER 15

/**
 * Renames the cluster `name` to `to`. Rules follow.
 */
#define BW_EDIT_RENAME_CLUSTER 16

/**
 * Deletes the cluster `name` from every list. A list that loses its last cluster gives nothing.
 */
#define BW_EDIT_DELETE_CLUSTER 17

/**
 * Lists one of `subjects`. Nothing that its name had once comes back.
 */
#define BW_EDIT_CREATE_SUBJECT 18

/**
 * Lists one of `subjects` as an internal operator.
 */
#define BW_EDIT_CREATE_INTERNAL_SUBJECT 19

/**
 * Deletes one of `subjects`, with its rules, denies, memberships, roles and organizations.
 */
#define BW_EDIT_DELETE_SUBJECT 20

/**
 * Counts one of `subjects` in the group `name`.
 */
#define BW_EDIT_ADD_MEMBER 21

/**
 * Counts one of `subjects` out of the group `name`.
 */
#define BW_EDIT_REMOVE_MEMBER 22

/**
 * Disables one of `roles`: it gives nothing, also where it is included.
 */
#define BW_EDIT_DISABLE_ROLE 23

/**
 * Enables one of `roles`.
 */
#define BW_EDIT_ENABLE_ROLE 24

/**
 * The code: `ok`, or the first that applies, such as `may_not_give_role`.
 */
#define BW_ANSWER_CODE 0

/**
 * The subject that the item is about, as written; empty where it is about none.
 */
#define BW_ANSWER_SUBJECT 1

/**
 * The role that the item is about, as written; empty where it is about none.
 */
#define BW_ANSWER_ROLE 2

/**
 * The scope that the item is about, as written; empty where it is about none.
 */
#define BW_ANSWER_SCOPE 3

/**
 * What was missing, a line for each.
 */
#define BW_ANSWER_MISSING 4

/**
 * The request is denied.
 */
#define BW_DENY 0

/**
 * The request is allowed.
 */
#define BW_ALLOW 1

/**
 * One document in YAML or JSON.
 */
#define BW_FORMAT_YAML 0

/**
 * JSON Lines: a feed, one entry a line.
 */
#define BW_FORMAT_LINES 1

/**
 * The finding refuses what it stands in.
 */
#define BW_SEVERITY_ERROR 0

/**
 * The finding refuses nothing.
 */
#define BW_SEVERITY_WARNING 1

/**
 * The stable code, such as `P0012`.
 */
#define BW_ERROR_CODE 0

/**
 * What is wrong, in one sentence.
 */
#define BW_ERROR_MESSAGE 1

/**
 * The path or name of the text in which it stands; empty where it stands in none.
 */
#define BW_ERROR_FILE 2

/**
 * What to do; empty where there is no advice.
 */
#define BW_ERROR_HELP 3

/**
 * All of it as people read it, in up to three lines.
 */
#define BW_ERROR_ALL 4

/**
 * As a tree of lines for people.
 */
#define BW_EXPLAIN_TEXT 0

/**
 * As one JSON object: the shape of `bailiwick explain --json`, version 1, without a `fault`.
 */
#define BW_EXPLAIN_JSON 1

/**
 * What it is: `access_rule`, `deny_rule`, `restriction` or `kind_gate`.
 */
#define BW_RULE_WHAT 0

/**
 * Of a rule: its id; empty where the directory gives it none.
 */
#define BW_RULE_ID 1

/**
 * Of a rule: its subject, as `kind:name`.
 */
#define BW_RULE_SUBJECT 2

/**
 * Of a rule: its role; empty for a deny of permissions.
 */
#define BW_RULE_ROLE 3

/**
 * Of a rule: the path of its scope.
 */
#define BW_RULE_SCOPE 4

/**
 * Of a rule: the group through which it concerns who asked; empty for a rule of its own.
 */
#define BW_RULE_GROUP 5

/**
 * Of a restriction: its name. Of a gate: the kind whose gate it is.
 */
#define BW_RULE_NAME 6

/**
 * The call did what it was asked.
 */
#define BW_OK 0

/**
 * A pointer is NULL or out of line, a string is not UTF-8 or too long, or a number is none of its kind.
 */
#define BW_INVALID_ARGUMENT 1

/**
 * A handle was freed, is of another kind, or names nothing; or a subject is of another engine than the one asked.
 */
#define BW_BAD_HANDLE 2

/**
 * A prepared handle is not of the current snapshot: it is of an earlier one, of an engine that was freed, or of another
 * engine. Free it if it is a subject, and prepare it again.
 */
#define BW_STALE_HANDLE 3

/**
 * A name cannot be prepared; the reason tells why.
 */
#define BW_UNKNOWN_NAME 4

/**
 * A policy or a condition has errors; the error object tells all of them. What was loaded before stays.
 */
#define BW_REFUSED 5

/**
 * An approval was given on another snapshot than the current one: ask again.
 */
#define BW_STALE_APPROVAL 6

/**
 * The text does not fit; its length was told and nothing was written.
 */
#define BW_BUFFER_TOO_SMALL 7

/**
 * There is no item of that number.
 */
#define BW_NO_SUCH_ITEM 8

/**
 * There are more values than the call takes, or no handles left.
 */
#define BW_TOO_MANY 9

/**
 * The struct is shorter than this library knows it, or sets something that this library does not know.
 */
#define BW_UNSUPPORTED 10

/**
 * Something broke inside. The call changed nothing, and other calls go on; please report it.
 */
#define BW_PANIC 11

/**
 * The request is malformed, names no tenant while several are loaded, or could not be asked.
 */
#define BW_REASON_INVALID_REQUEST 0

/**
 * The tenant is not loaded.
 */
#define BW_REASON_UNKNOWN_TENANT 1

/**
 * The policy declares no such action.
 */
#define BW_REASON_UNKNOWN_ACTION 2

/**
 * The policy declares no such resource kind.
 */
#define BW_REASON_UNKNOWN_KIND 3

/**
 * The scope is another tenant's.
 */
#define BW_REASON_OTHER_TENANT 4

/**
 * The tenant has no such scope.
 */
#define BW_REASON_UNKNOWN_SCOPE 5

/**
 * A deny of the tenant could not be read; everything is denied there until it is mended.
 */
#define BW_REASON_TENANT_CLOSED 6

/**
 * The tenant has no such cluster.
 */
#define BW_REASON_UNKNOWN_CLUSTER 7

/**
 * The scope lies in another cluster than the one named.
 */
#define BW_REASON_CLUSTER_MISMATCH 8

/**
 * The resource kind cannot live at that scope.
 */
#define BW_REASON_WRONG_PLACE 9

/**
 * The resource kind lives in clusters, and none is named.
 */
#define BW_REASON_CLUSTER_REQUIRED 10

/**
 * The subject is disabled.
 */
#define BW_REASON_SUBJECT_DISABLED 11

/**
 * A deny rule applies.
 */
#define BW_REASON_DENIED_BY_RULE 12

/**
 * A deny rule could not be evaluated.
 */
#define BW_REASON_DENY_ERROR 13

/**
 * A restriction or a gate applies.
 */
#define BW_REASON_RESTRICTED 14

/**
 * A restriction or a gate could not be evaluated.
 */
#define BW_REASON_RESTRICTION_ERROR 15

/**
 * The subject is not known.
 */
#define BW_REASON_UNKNOWN_SUBJECT 16

/**
 * An access rule gives the permission: the one reason that allows.
 */
#define BW_REASON_GRANTED 17

/**
 * The only rules that would give the permission could not be evaluated.
 */
#define BW_REASON_ALLOW_ERROR 18

/**
 * No rule gives the permission.
 */
#define BW_REASON_NOT_GRANTED 19

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Asks whether an actor may make a change, item by item. Nothing changes until the approval is applied, so this is
 * the dry run too.
 *
 * `*approval` is freed with `bw_approval_free`. Where the condition of a limit has errors the status is
 * `BW_REFUSED`, and `*error`, unless `error` is NULL, tells them; in every other case `*error` is 0. `BW_OK` says
 * that there are answers, not that they are `ok`: `bw_approval_is_complete` tells.
 */
bw_status bw_approve(bw_engine engine,
                     const struct bw_actor *actor,
                     const struct bw_change *change,
                     bw_approval *approval,
                     uint64_t *error);

/**
 * Writes to `*is_complete` whether every item of a change was approved: 0 or 1.
 */
bw_status bw_approval_is_complete(bw_approval approval, int32_t *is_complete);

/**
 * Writes the number of answers to `*n_answers`: one for each item.
 */
bw_status bw_approval_count(bw_approval approval, size_t *n_answers);

/**
 * Copies a text of an answer, counted from 0, into `buffer`, with a zero byte behind it; `capacity` and `length` are
 * as in `bw_error_text`.
 */
bw_status bw_approval_text(bw_approval approval,
                           size_t index,
                           bw_answer_field field,
                           char *buffer,
                           size_t capacity,
                           size_t *length);

/**
 * Makes what an approval leads to current, whole and at once. Items that were refused are left out.
 *
 * The approval must be of the current snapshot, else the status is `BW_STALE_APPROVAL` and nothing changes: ask
 * again. As after `bw_engine_reload` no later check is answered from before, and handles that were prepared before are
 * stale; what stale subjects hold, which they share with the new snapshot but for the change, goes when they are freed. `*revision`, unless `revision` is NULL, is that of the new snapshot. The
 * approval is still to be freed.
 */
bw_status bw_apply(bw_engine engine,
                   bw_approval approval,
                   uint64_t *revision);

/**
 * Frees an approval. 0 is fine.
 */
bw_status bw_approval_free(bw_approval approval);

/**
 * Decides a request and writes `BW_ALLOW` or `BW_DENY` to `*decision`.
 *
 * Every request gets a decision, and what is unknown is denied. Nothing is allocated and no lock is taken; the
 * request and its strings are borrowed until the call returns. Whatever is not `BW_OK` leaves a denial.
 */
bw_status bw_check(bw_engine engine, const struct bw_request *request, bw_decision *decision);

/**
 * Decides as `bw_check` does, and fills the details: the reason, the revision and until when the decision is valid.
 */
bw_status bw_check_details(bw_engine engine, const struct bw_request *request, struct bw_details *details);

/**
 * Decides `n_requests` requests on one snapshot, into the caller's arrays of as many.
 *
 * `reasons` may be NULL; `decisions` may not, unless there are no requests. Each is decided exactly as by
 * `bw_check`. All decisions are first set to `BW_DENY`. A request that cannot be asked is denied, the others are
 * decided, and the status is that of the first such request. In a large directory what the next requests need is
 * read ahead, so this is faster than asking one by one. All requests of a call have the same `struct_size`.
 */
bw_status bw_check_batch(bw_engine engine,
                         const struct bw_request *requests,
                         size_t n_requests,
                         bw_decision *decisions,
                         bw_reason *reasons);

/**
 * Decides `n_requests` questions by handles, into the caller's arrays of as many.
 *
 * As `bw_check_batch`, without looking names up. Handles must be of this engine and of its current snapshot, which
 * is one for the whole call.
 */
bw_status bw_check_prepared(bw_engine engine,
                            const struct bw_prepared_request *requests,
                            size_t n_requests,
                            bw_decision *decisions,
                            bw_reason *reasons);

/**
 * Loads an engine from files: `.jsonl` is a feed, anything else YAML or JSON.
 *
 * The `n_paths` files are read together; paths are in UTF-8. The engine is written to `*engine` and freed with
 * `bw_engine_free`. Where the policy is refused (`BW_REFUSED`), `*engine` is 0 and `*error`, unless `error` is NULL,
 * is an error object with every finding, to be freed with `bw_error_free`; in every other case `*error` is 0. Where
 * only some directories are refused the others are loaded: `bw_engine_is_complete` tells.
 */
bw_status bw_engine_load(const struct bw_str *paths, size_t n_paths, bw_engine *engine, uint64_t *error);

/**
 * Makes an engine of texts in memory, as `bw_engine_load` does of files.
 */
bw_status bw_engine_parse(const struct bw_named_text *texts, size_t n_texts, bw_engine *engine, uint64_t *error);

/**
 * Reads files and makes them current, whole and at once: a check sees the old snapshot or the new one.
 *
 * When the call returns `BW_OK`, no check that begins later is answered from an older snapshot, on any thread.
 * `*revision`, unless `revision` is NULL, is that of the new one. Handles that were prepared before are stale, and
 * what they held is freed. A policy that is refused changes nothing; `error` is as in `bw_engine_load`.
 */
bw_status bw_engine_reload(bw_engine engine, const struct bw_str *paths, size_t n_paths, uint64_t *revision, uint64_t *error);

/**
 * Makes texts current, as `bw_engine_reload` does files.
 */
bw_status bw_engine_replace(bw_engine engine, const struct bw_named_text *texts, size_t n_texts, uint64_t *revision, uint64_t *error);

/**
 * Writes the revision of the current snapshot to `*revision`. It is 1 at first and one more after each reload and
 * each applied change.
 */
bw_status bw_engine_revision(bw_engine engine, uint64_t *revision);

/**
 * Writes to `*is_complete` whether the last load left nothing out: 1 where there were no findings but warnings, else
 * 0.
 *
 * A host that wants all or nothing asks before it serves.
 */
bw_status bw_engine_is_complete(bw_engine engine, int32_t *is_complete);

/**
 * Writes an object with the findings of the last load to `*error`: what was left out, and warnings; 0 where there
 * are none.
 *
 * The object is freed with `bw_error_free`.
 */
bw_status bw_engine_findings(bw_engine engine, uint64_t *error);

/**
 * Frees an engine. Handles that were prepared with it are stale from now on; subjects are still to be freed.
 *
 * Checks that are under way end as they would have; the memory goes with the last of them. 0 is fine; a handle that
 * was freed before gives `BW_BAD_HANDLE`.
 */
bw_status bw_engine_free(bw_engine engine);

/**
 * Writes the number of findings to `*n_findings`. The error 0 has none.
 */
bw_status bw_error_count(bw_error error, size_t *n_findings);

/**
 * Fills the numbers of a finding, counted from 0.
 */
bw_status bw_error_finding(bw_error error, size_t index, struct bw_finding *finding);

/**
 * Copies a text of a finding, counted from 0, into `buffer`, with a zero byte behind it.
 *
 * `*length` is the length without the zero. `capacity` must be greater; where it is not, nothing is copied and the
 * status is `BW_BUFFER_TOO_SMALL`. Ask with NULL and 0 to learn the length.
 */
bw_status bw_error_text(bw_error error,
                        size_t index,
                        bw_error_field field,
                        char *buffer,
                        size_t capacity,
                        size_t *length);

/**
 * Frees an error object. 0 is fine.
 */
bw_status bw_error_free(bw_error error);

/**
 * Explains a request: every rule that applies, every rule that nearly does and what it lacks, every deny and
 * restriction with the values it saw.
 *
 * The decision in it is that of `bw_check`. `*text` is freed with `bw_text_free`. An explanation tells what exists:
 * it is for the host and its administrators, not for outsiders. This allocates, and takes time in proportion to all
 * rules of the subject and its groups.
 */
bw_status bw_explain(bw_engine engine, const struct bw_request *request, bw_explain_form form, bw_text *text);

/**
 * Registers what is done around a fork; of POSIX.
 */
extern int pthread_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

/**
 * Prepares a subject with the groups of its token; both are copied.
 *
 * `tenant` may be left out while one tenant is loaded. A subject that the directory does not mention has a handle
 * too: its groups decide. `*handle` is freed with `bw_subject_free`. Where a name cannot be prepared the status is
 * `BW_UNKNOWN_NAME`, `*handle` is 0, and `*reason`, unless `reason` is NULL, is the reason with which `bw_check`
 * would deny.
 */
bw_status bw_engine_subject(bw_engine engine,
                            struct bw_str tenant,
                            struct bw_str subject,
                            const struct bw_groups *groups,
                            bw_subject *handle,
                            bw_reason *reason);

/**
 * Prepares one action on one resource kind, for as long as the snapshot is current. `reason` is as in
 * `bw_engine_subject`.
 */
bw_status bw_engine_permission(bw_engine engine,
                               struct bw_str action,
                               struct bw_str kind,
                               bw_permission *handle,
                               bw_reason *reason);

/**
 * Prepares a scope of any tenant by its path, as `bw_engine_permission` does a permission.
 */
bw_status bw_engine_scope(bw_engine engine, struct bw_str path, bw_scope *handle, bw_reason *reason);

/**
 * Prepares a cluster of a tenant by its name, as `bw_engine_permission` does a permission. `BW_TOO_MANY` where more
 * than 4,096 clusters of the tenant were there since the last load, deleted ones included, or where 65,536 tenants come
 * before it by name: then ask by names.
 */
bw_status bw_engine_cluster(bw_engine engine,
                            struct bw_str tenant,
                            struct bw_str name,
                            bw_cluster *handle,
                            bw_reason *reason);

/**
 * Decides by handles, exactly as `bw_check` does for the names behind them, and writes `BW_ALLOW` or `BW_DENY` to
 * `*decision`.
 *
 * Nothing is allocated and no lock is taken. The three handles and the cluster of the situation are of one engine
 * and of its current snapshot; else the status is `BW_STALE_HANDLE` or `BW_BAD_HANDLE` and the decision a denial.
 */
bw_status bw_subject_check(bw_subject subject,
                           bw_permission permission,
                           bw_scope scope,
                           const struct bw_situation *situation,
                           bw_decision *decision);

/**
 * Decides as `bw_subject_check` does, and fills the details.
 */
bw_status bw_subject_check_details(bw_subject subject,
                                   bw_permission permission,
                                   bw_scope scope,
                                   const struct bw_situation *situation,
                                   struct bw_details *details);

/**
 * Frees a prepared subject, stale or not. 0 is fine; a handle that was freed before gives `BW_BAD_HANDLE`.
 */
bw_status bw_subject_free(bw_subject subject);

/**
 * Decides as `bw_check_details` does, and tells what the decision rests on.
 *
 * `*rule` is 0 where it rests on the absence of a rule; else it is freed with `bw_rule_free`. It tells what exists:
 * it is for the host and its administrators, not for outsiders. This allocates; `bw_check` does not.
 */
bw_status bw_check_rule(bw_engine engine, const struct bw_request *request, struct bw_details *details, bw_rule *rule);

/**
 * Copies a text of a rule into `buffer`, with a zero byte behind it; `capacity` and `length` are as in
 * `bw_error_text`.
 */
bw_status bw_rule_text(bw_rule rule, bw_rule_field field, char *buffer, size_t capacity, size_t *length);

/**
 * Frees a rule. 0 is fine.
 */
bw_status bw_rule_free(bw_rule rule);

/**
 * Returns what a status is called, such as `stale_handle`; `unknown` for a number that is none.
 *
 * The text ends in a zero byte, is the library's and lives as long as it is loaded.
 */
const char *bw_status_code(bw_status status);

/**
 * Returns what a reason is called in every language, such as `not_granted`; `unknown` for a number that is none.
 *
 * The text ends in a zero byte, is the library's and lives as long as it is loaded.
 */
const char *bw_reason_code(bw_reason reason);

/**
 * Copies a text into `buffer`, with a zero byte behind it; `capacity` and `length` are as in `bw_error_text`.
 */
bw_status bw_text_copy(bw_text text, char *buffer, size_t capacity, size_t *length);

/**
 * Frees a text. 0 is fine.
 */
bw_status bw_text_free(bw_text text);

/**
 * Returns the version of the library that is loaded, in the form of `BW_VERSION`.
 *
 * While the major version is 0 a library fits a header of the same minor version; from 1 on, of the same major
 * version and no later a minor one.
 */
uint32_t bw_version(void);

/**
 * Returns the version of the library as text, such as `0.1.0`.
 *
 * The text ends in a zero byte, is the library's and lives as long as it is loaded.
 */
const char *bw_version_text(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* BAILIWICK_H */

/*
 * What follows is in this header alone, and makes values.
 */

/**
 * Returns a string without its zero at the end; NULL is left out.
 */
static inline bw_str bw_text_of(const char *text) {
    bw_str string;
    string.data = text;
    string.len = text == NULL ? 0 : strlen(text);
    return string;
}

/**
 * Returns a request at a time, in seconds since the epoch; everything else is left out, and the groups are not known.
 */
static inline bw_request bw_request_at(int64_t now) {
    bw_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.now = now;
    return request;
}

/**
 * Returns a situation at a time, in seconds since the epoch, without cluster and attributes.
 */
static inline bw_situation bw_situation_at(int64_t now) {
    bw_situation situation;
    memset(&situation, 0, sizeof situation);
    situation.struct_size = sizeof situation;
    situation.now = now;
    return situation;
}

/**
 * Returns details to be filled: a denial.
 */
static inline bw_details bw_details_init(void) {
    bw_details details;
    memset(&details, 0, sizeof details);
    details.struct_size = sizeof details;
    return details;
}

/**
 * Returns the numbers of a finding, to be filled.
 */
static inline bw_finding bw_finding_init(void) {
    bw_finding finding;
    memset(&finding, 0, sizeof finding);
    finding.struct_size = sizeof finding;
    return finding;
}

/**
 * Returns a subject that makes changes; its groups are not known.
 */
static inline bw_actor bw_actor_of(const char *subject) {
    bw_actor actor;
    memset(&actor, 0, sizeof actor);
    actor.struct_size = sizeof actor;
    actor.subject = bw_text_of(subject);
    return actor;
}

/**
 * Returns the host itself as who makes changes: no right is asked.
 */
static inline bw_actor bw_actor_host(void) {
    bw_actor actor;
    memset(&actor, 0, sizeof actor);
    actor.struct_size = sizeof actor;
    actor.is_host = 1;
    return actor;
}

/**
 * Returns a change of the only tenant at a time, in seconds since the epoch.
 */
static inline bw_change bw_change_at(int64_t now, bw_edit edit) {
    bw_change change;
    memset(&change, 0, sizeof change);
    change.struct_size = sizeof change;
    change.edit = edit;
    change.now = now;
    return change;
}
