//! The table of [`super::kind`], in the order of the numbers.

use super::kind::{
    GATHER, Keys, MAX_MENTIONS, MAX_MESSAGE, MAX_REACTION, MAX_REASON, MAX_REVOKED, MAX_SIGNED, MAX_TITLE, ORGANISE,
    PUBLISH, RECEIVE, Spec, Subject, ValueType, WriteRule,
};
use crate::ids::SpaceKind;

const SMALL: usize = 2 * 1024;
const MEDIUM: usize = 16 * 1024;
const LARGE: usize = 512 * 1024;

use Keys::{Ids, Named};
use ValueType::{Bool, Bytes, Int, Str, Text};

const OWN: WriteRule = WriteRule::Owner(None);

const fn spec(space: SpaceKind, rule: WriteRule, about: Subject, keys: Keys, max_change: usize) -> Spec {
    Spec { space, rule, by_server: false, about, unique: false, keys, max_change }
}

const fn unique(spec: Spec) -> Spec {
    Spec { unique: true, ..spec }
}

const fn by_server(spec: Spec) -> Spec {
    Spec { by_server: true, ..spec }
}

/// A gathering of an organisation and one of named people hold the same.
const GATHERING: Keys = Named(&[
    ("topic", Str(MAX_TITLE)),
    // None of a group that has no end.
    ("ends", Int),
    // When it was ended before that.
    ("closed", Int),
    ("summary", Str(MAX_MESSAGE)),
    ("edited", Int),
]);

pub(super) static SPECS: [Spec; 28] = [
    by_server(unique(spec(
        SpaceKind::Board,
        OWN,
        Subject::Nothing,
        Named(&[
            ("name", Str(MAX_TITLE)),
            ("number", Str(64)),
            ("parent", Bytes(16)),
            ("type", Str(64)),
            ("closed", Bool),
        ]),
        SMALL,
    ))),
    by_server(unique(spec(
        SpaceKind::Board,
        OWN,
        Subject::Member,
        // `revoked`: devices of the member whose keys no longer count, sixteen bytes each.
        Named(&[
            ("name", Str(MAX_TITLE)),
            ("number", Str(64)),
            ("standing", Str(64)),
            ("left", Bool),
            ("revoked", Bytes(16 * MAX_REVOKED)),
        ]),
        SMALL,
    ))),
    by_server(spec(
        SpaceKind::Personal,
        OWN,
        Subject::Nothing,
        // `path`: the ids of the organisation and all above it, itself first, sixteen bytes each.
        Named(&[("path", Bytes(16 * 32)), ("role", Int), ("until", Int), ("revoked", Bool)]),
        SMALL,
    )),
    spec(
        SpaceKind::Board,
        WriteRule::Role(PUBLISH),
        Subject::Nothing,
        Named(&[
            ("title", Str(MAX_TITLE)),
            ("body", Text),
            ("category", Str(32)),
            ("must_read", Bool),
            ("due", Int),
            ("pinned", Bool),
            ("withdrawn", Bool),
            ("edited", Int),
        ]),
        LARGE,
    ),
    spec(
        SpaceKind::Board,
        WriteRule::Role(ORGANISE),
        Subject::Nothing,
        Named(&[
            ("title", Str(MAX_TITLE)),
            ("note", Text),
            ("agenda", Text),
            ("minutes", Text),
            ("place", Str(MAX_TITLE)),
            ("starts", Int),
            ("ends", Int),
            ("cancelled", Bool),
            ("edited", Int),
            // When attendance was closed: what organisers say of it later needs a second signature.
            ("closed", Int),
            // Doors that no longer count: their ids, sixteen bytes each.
            ("shut", Bytes(16 * 64)),
        ]),
        LARGE,
    ),
    unique(spec(SpaceKind::Desk, OWN, Subject::Doc, Named(&[("at", Int)]), SMALL)),
    // `code`: what a door showed. `out`: the person goes.
    spec(SpaceKind::Desk, OWN, Subject::Doc, Named(&[("at", Int), ("code", Bytes(MAX_SIGNED)), ("out", Bool)]), SMALL),
    spec(
        SpaceKind::Desk,
        WriteRule::Owner(Some(ORGANISE)),
        Subject::Member,
        // `request`: the leave request that the mark answers. `resolves`: settles a contradiction. `seconds`: the mark that
        // this one signs too.
        Named(&[
            ("activity", Bytes(16)),
            ("mark", Str(32)),
            ("at", Int),
            ("request", Bytes(16)),
            ("reason", Str(MAX_REASON)),
            ("resolves", Bool),
            ("seconds", Bytes(16)),
        ]),
        SMALL,
    ),
    spec(
        SpaceKind::Talk,
        OWN,
        Subject::Nothing,
        // `mentions`: members, sixteen bytes each. `roles`: the numbers of roles, a byte each.
        Named(&[
            ("body", Str(MAX_MESSAGE)),
            ("reply", Bytes(16)),
            ("withdrawn", Bool),
            ("edited", Int),
            ("mentions", Bytes(16 * MAX_MENTIONS)),
            ("roles", Bytes(8)),
        ]),
        MEDIUM,
    ),
    unique(spec(SpaceKind::Talk, OWN, Subject::Nothing, Ids(Str(MAX_REACTION)), SMALL)),
    // `read`: up to which place, as far as the server had received it by when; two times, eight bytes each, big endian. One
    // value, since the two say something only together.
    unique(spec(SpaceKind::Personal, OWN, Subject::DocOrSpace, Named(&[("read", Bytes(16))]), SMALL)),
    unique(spec(SpaceKind::Personal, OWN, Subject::Doc, Named(&[("kept", Bool), ("at", Int)]), SMALL)),
    unique(spec(SpaceKind::Personal, OWN, Subject::Space, Named(&[("muted", Bool)]), SMALL)),
    spec(
        SpaceKind::Personal,
        OWN,
        Subject::Nothing,
        // `target`: the seventeen bytes of the space it is meant for.
        Named(&[
            ("text", Text),
            ("title", Str(MAX_TITLE)),
            ("target", Bytes(17)),
            ("discarded", Bool),
            ("edited", Int),
            // Of an article that is being written. `due`: none if it is 0. `corrects`: the article that it becomes.
            ("category", Str(32)),
            ("must_read", Bool),
            ("due", Int),
            ("corrects", Bytes(16)),
        ]),
        LARGE,
    ),
    by_server(unique(spec(
        SpaceKind::Board,
        OWN,
        Subject::Member,
        // `conflict`: holds an office elsewhere that may set it against who asks for counsel.
        Named(&[("name", Str(MAX_TITLE)), ("role", Int), ("until", Int), ("conflict", Bool), ("ended", Bool)]),
        SMALL,
    ))),
    by_server(unique(spec(
        SpaceKind::Personal,
        OWN,
        Subject::Space,
        // `until`: when what the space holds is to be forgotten.
        Named(&[("left", Bool), ("until", Int)]),
        SMALL,
    ))),
    spec(SpaceKind::Board, WriteRule::Role(GATHER), Subject::Nothing, GATHERING, MEDIUM),
    spec(SpaceKind::Talk, OWN, Subject::Nothing, GATHERING, MEDIUM),
    unique(spec(SpaceKind::Talk, OWN, Subject::Member, Named(&[("present", Bool), ("at", Int)]), SMALL)),
    spec(
        SpaceKind::Talk,
        OWN,
        Subject::Nothing,
        // `desk`: the organisation asked. `avoid`: who of it is not to read this, sixteen bytes each.
        Named(&[
            ("desk", Bytes(16)),
            ("subject", Str(MAX_TITLE)),
            ("category", Str(32)),
            ("avoid", Bytes(16 * MAX_MENTIONS)),
            ("at", Int),
        ]),
        SMALL,
    ),
    // `to`: to whom it is handed over.
    spec(SpaceKind::Talk, OWN, Subject::Nothing, Named(&[("step", Str(32)), ("to", Bytes(16)), ("at", Int)]), SMALL),
    // A member's id, and 1 if expected, 2 if expected and a voter; an organisation's, and 3 if some of its members may be.
    unique(spec(SpaceKind::Board, WriteRule::Role(ORGANISE), Subject::Doc, Ids(Int), LARGE)),
    spec(
        SpaceKind::Board,
        WriteRule::Role(ORGANISE),
        Subject::Doc,
        // `election`: four fifths of the voters must be there, not more than half.
        Named(&[("title", Str(MAX_TITLE)), ("election", Bool), ("closed", Int), ("withdrawn", Bool), ("edited", Int)]),
        SMALL,
    ),
    unique(spec(SpaceKind::Desk, OWN, Subject::Doc, Named(&[("choice", Int), ("at", Int)]), SMALL)),
    spec(
        SpaceKind::Board,
        WriteRule::Owner(Some(RECEIVE)),
        Subject::Doc,
        Named(&[("key", Bytes(65)), ("label", Str(MAX_TITLE)), ("shut", Bool)]),
        SMALL,
    ),
    spec(
        SpaceKind::Desk,
        WriteRule::Owner(Some(RECEIVE)),
        Subject::Member,
        // `card`: what the person's phone showed; none if found by name. `doubt`: what was wrong with it and admitted all
        // the same. `out`: the person goes.
        Named(&[
            ("activity", Bytes(16)),
            ("door", Bytes(16)),
            ("card", Bytes(MAX_SIGNED)),
            ("doubt", Str(32)),
            ("out", Bool),
            ("at", Int),
        ]),
        SMALL,
    ),
    spec(
        SpaceKind::Desk,
        OWN,
        Subject::Doc,
        Named(&[("reason", Str(MAX_REASON)), ("withdrawn", Bool), ("at", Int)]),
        MEDIUM,
    ),
    spec(
        SpaceKind::Desk,
        WriteRule::Owner(Some(RECEIVE)),
        Subject::Doc,
        Named(&[("door", Bytes(16)), ("count", Int), ("at", Int)]),
        SMALL,
    ),
];
