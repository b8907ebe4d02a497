"""Who is asking, and who may do what: reads over parties, users, roles and delegations."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from satupintu.lib import clock
from satupintu.lib.crypto import lookup_hashes
from satupintu.lib.fields import matching, matching_number
from satupintu.lib.kept import kept
from satupintu.lib.prepared import Place, Prepared
from satupintu.people.filters import list_filters, saved_filters
from satupintu.people.models import (
    AccountEvent,
    Authority,
    CallBackRequest,
    Consent,
    Delegation,
    Device,
    DeviceUser,
    Disclosure,
    HeldPost,
    Party,
    RoleAssignment,
    SignInCode,
    Unit,
    User,
)
from satupintu.people.rules import STAFF_DAY, STAFF_IDLE, STAFF_ROLES, Actor, Role
from satupintu.people.sessions import SessionStore

__all__ = [
    "SEEN_FIRST",
    "AccountEvent",
    "Authority",
    "CallBackRequest",
    "Consent",
    "Delegation",
    "Device",
    "DeviceUser",
    "Disclosure",
    "HeldPost",
    "Party",
    "RoleAssignment",
    "SignInCode",
    "Unit",
    "User",
    "list_filters",
    "saved_filters",
    "units_headed",
]

ACT_FOR_KEY = "act_for"  # in the session: the party a person acts for now
DEVICE_FACTOR = "device"  # how a remembered office device is recorded among the methods
_SECOND_FACTORS = frozenset({"mfa", DEVICE_FACTOR})


def _valid_on(today: date | Place) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_until__isnull=True) | Q(valid_until__gt=today))


_ASSIGNMENTS = Prepared(
    lambda user, today: RoleAssignment.objects.filter(_valid_on(today), user=user).values_list(
        "role", "unit_id"
    )
)
_ACTS_FOR = Prepared(
    lambda user, today: Authority.objects.filter(
        _valid_on(today), user=user, revoked_at__isnull=True, confirmed_at__isnull=False
    ).values_list("party_id", flat=True)
)


def actor_of(user: User, at: datetime) -> Actor:
    """Return what `user` is and holds on the office's day of `at`. Two queries."""
    today = timezone.localdate(at)
    assignments = _ASSIGNMENTS.all(user=user.pk, today=today)
    parties = set(_ACTS_FOR.all(user=user.pk, today=today))
    if user.party_id:
        parties.add(user.party_id)
    roles = {Role(role) for role, _ in assignments}
    if parties:
        roles.add(Role.APPLICANT)
    return Actor(
        name=user.name,
        roles=frozenset(roles),
        user_id=user.pk,
        party_ids=frozenset(parties),
        units=frozenset(unit for _, unit in assignments),
        self_id=user.party_id,
    )


def actor_for(request: HttpRequest) -> Actor:
    """
    Return who asks, kept on the request: two queries once, none for a visitor without a login.

    A visitor is an Actor without roles, parties and user_id. An officer whose session was left alone, or who has not
    shown the second factor that the office asks for, is here the person only: on every page, not on officers' alone.
    """
    kept: Actor | None = getattr(request, "_actor", None)
    if kept is None:
        kept = holder_for(request)
        if kept.roles & STAFF_ROLES and (is_left_alone(request) or factor_is_missing(request)):
            kept = replace(kept, roles=kept.roles - STAFF_ROLES, units=frozenset())
        request._actor = kept  # type: ignore[attr-defined]  # noqa: SLF001  # one look-up a request
    return kept


def holder_for(request: HttpRequest) -> Actor:
    """Return who asks with all that they hold, whatever their session has shown: to say where they must go first."""
    kept: Actor | None = getattr(request, "_holder", None)
    if kept is None:
        user = request.user
        kept = (
            actor_of(user, clock.now())
            if isinstance(user, User)
            else Actor(name="", roles=frozenset())
        )
        request._holder = kept  # type: ignore[attr-defined]  # noqa: SLF001  # one look-up a request
    return kept


def is_left_alone(request: HttpRequest) -> bool:
    """
    Say whether a session was left alone for longer than an officer's may be, or is older than a working day.

    Counters are shared: whoever sits down next must not find the desk open. Applicants keep theirs for two weeks.
    """
    session = getattr(request, "session", None)
    if not isinstance(session, SessionStore):
        return False
    return session.idle_seconds() > STAFF_IDLE or session.age_seconds() > STAFF_DAY


def factor_is_missing(request: HttpRequest) -> bool:
    """Say whether the office asks officers for a second factor that this session has not shown."""
    return settings.STAFF_MFA_REQUIRED and not has_second_factor(request)


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this session had a second factor, or runs on a remembered office device."""
    records = request.session.get("account_authentication_methods", [])
    return any(
        record.get("method") in _SECOND_FACTORS for record in records if isinstance(record, dict)
    )


def parties_for(user: User, today: date) -> list[Party]:
    """Return whom `user` may act for today: the person first, then others by name."""
    acted_for = Party.objects.filter(
        pk__in=Authority.objects.filter(
            _valid_on(today), user=user, revoked_at__isnull=True, confirmed_at__isnull=False
        ).values("party_id")
    ).order_by("name", "pk")
    own = user.party
    return ([own] if own else []) + [party for party in acted_for if party.pk != user.party_id]


def acting_party_id(request: HttpRequest) -> UUID | None:
    """Return whom the person acts for now: the chosen one while allowed, else themselves."""
    actor = actor_for(request)
    chosen = request.session.get(ACT_FOR_KEY)
    if chosen:
        party_id = UUID(str(chosen))
        if party_id in actor.party_ids:
            return party_id
    user = request.user
    return user.party_id if isinstance(user, User) else None


def own_party(request: HttpRequest) -> Party | None:
    """Return the party that whoever asks is themselves, whoever they act for; None for visitors and most officers."""
    user = request.user
    return user.party if isinstance(user, User) else None


def acting_party(request: HttpRequest) -> Party | None:
    """Return the party of `acting_party_id`; None for visitors and for officers who never apply."""
    party_id = acting_party_id(request)
    return Party.objects.filter(pk=party_id).first() if party_id else None


# The order of several parties with one number: those whose number the office saw, the longest ago, before the others.
SEEN_FIRST = (F("identity_seen_at").asc(nulls_last=True), "created_at", "pk")
_BY_IDENTITY = Prepared(
    lambda hashes, organisation: Party.objects.filter(
        identity_hash__in=hashes,
        is_organisation=organisation,
        erased_at__isnull=True,
        identity_seen_at__isnull=False,
    ).order_by("identity_seen_at", "created_at", "pk")[:1],
    many=("hashes",),
)


def find_party(*, identity: str, is_organisation: bool = False) -> Party | None:
    """
    Return whose NIK, NIB or NPWP (whole) this is, as the office saw itself; None when it knows nobody. One query.

    A person's NPWP is their NIK, so a person and their firm may have one number: who is looked for is said.

    A number that somebody typed into their own account is no reason to put another's papers there: see
    `find_claimed_party`.
    """
    if not identity:
        return None
    hashes = lookup_hashes(identity, "whole")
    return _BY_IDENTITY.first(hashes=hashes, organisation=is_organisation)


def find_claimed_party(*, identity: str, is_organisation: bool) -> Party | None:
    """
    Return whose number this is as far as somebody who acts for them said, or the office saw; None for nobody.

    For what an officer confirms: never the account of somebody who wrote the number into it. At most two queries.
    """
    found = find_party(identity=identity, is_organisation=is_organisation)
    if found is not None or not identity:
        return found
    said = Party.objects.filter(
        matching("identity", identity), is_organisation=is_organisation, erased_at__isnull=True
    )
    login = User.objects.filter(party=OuterRef("pk"))
    return said.filter(~Exists(login)).order_by("created_at", "pk").first()


def parties_by_identity(identities: Iterable[str]) -> dict[str, list[Party]]:
    """
    Return identity number -> its parties: first those whose number the office saw (`identity_seen_at`). One query.

    A number that nobody has is left out.
    """
    wanted = {one for one in identities if one}
    if not wanted:
        return {}
    hashes = {value for one in wanted for value in lookup_hashes(one, "whole")}
    rows = Party.objects.filter(identity_hash__in=hashes, erased_at__isnull=True)
    found: dict[str, list[Party]] = {}
    for party in rows.order_by(*SEEN_FIRST):
        found.setdefault(party.identity, []).append(party)
    return found


def find_parties(digits: str, name: str = "", *, limit: int = 10) -> list[Party]:
    """
    Return parties by a whole NIK, NIB or NPWP, or by its last four digits and a part of the name.

    For officers at the counter: those whose number nobody saw yet too, after the others. Anything else than four
    digits or a whole number finds nobody. One query.
    """
    if not digits:
        return []
    found = Party.objects.filter(matching_number("identity", digits), erased_at__isnull=True)
    if len(digits) == 4:  # noqa: PLR2004  the last four digits are shared by many
        if not name.strip():
            return []
        found = found.filter(name__icontains=name.strip())
    unseen = Q(identity_seen_at__isnull=True)
    return list(found.alias(unseen=unseen).order_by("unseen", "name", "pk")[:limit])


@kept
def _active_units() -> tuple[Unit, ...]:
    return tuple(Unit.objects.filter(active=True).order_by("code"))


def units_of_kind(kind: str) -> list[Unit]:
    """Return the active units of a kind ("health"), by code. Usually no query."""
    return [unit for unit in _active_units() if unit.kind == kind]


def valid_delegation(user_id: int | None, service_code: str, today: date) -> Delegation | None:
    """
    Return the delegation under which a user may sign `service_code` today; None when there is none.

    A decree that names the service comes before one for all services; then the latest decree.
    """
    held = Delegation.objects.filter(
        _valid_on(today), user_id=user_id or 0, revoked_at__isnull=True
    ).order_by("-decree_date", "-pk")
    fitting = [one for one in held if not one.services or service_code in one.services]
    return min(fitting, key=lambda one: not one.services, default=None)


def is_in_force(delegation: Delegation, service_code: str, today: date) -> bool:
    """Return whether this very decree gives the power to sign a service today, as its row was read."""
    names_it = not delegation.services or service_code in delegation.services
    until = delegation.valid_until
    in_time = delegation.valid_from <= today and (until is None or today < until)
    return names_it and in_time and delegation.revoked_at is None


def _on(
    roles: Any, today: Any, unit_kind: Any, unit_id: Any, *, by_kind: bool, by_unit: bool
) -> QuerySet[User]:
    held = RoleAssignment.objects.filter(_valid_on(today), role__in=roles)
    if by_unit:
        held = held.filter(unit_id=unit_id)
    if by_kind:
        held = held.filter(unit__kind=unit_kind)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("name", "pk")


_ON = Prepared(_on, many={"roles"}, shape={"by_kind", "by_unit"})


def officers_on(
    *roles: Role,
    today: date,
    unit_kind: str | None = None,
    unit_id: int | None = None,
) -> list[User]:
    """Return the active users who hold one of the roles today, in one unit or in units of a kind, by name."""
    return _ON.all(
        roles=[str(one) for one in roles],
        today=today,
        unit_kind=unit_kind,
        unit_id=unit_id,
        by_kind=unit_kind is not None,
        by_unit=unit_id is not None,
    )


_HOLDERS = Prepared(
    lambda roles, unit_id, today: RoleAssignment.objects.filter(
        _valid_on(today), role__in=roles, unit_id=unit_id, user__is_active=True
    ).values_list("role", "user_id"),
    many={"roles"},
)


def holders_of(roles: Collection[Role], unit_id: int, today: date) -> dict[Role, frozenset[int]]:
    """Return the ids of the active users who hold each of some roles in a unit today. One query."""
    rows = _HOLDERS.all(roles=[str(one) for one in roles], unit_id=unit_id, today=today)
    return {role: frozenset(user for held, user in rows if held == role) for role in roles}


def units_headed(user_id: int | None, today: date) -> list[int]:
    """Return the ids of the units in which somebody is section head today. One query."""
    held = RoleAssignment.objects.filter(
        _valid_on(today), user_id=user_id or 0, role=Role.SECTION_HEAD
    )
    return list(held.order_by("unit_id").values_list("unit_id", flat=True).distinct())


def find_user_by_address(kind: str, address: str) -> User | None:
    """Return the active login of a verified address ("email", "phone"); None: nobody's."""
    condition = Q(email=address) if kind == "email" else matching("phone", address)
    return User.objects.filter(condition, is_active=True).order_by("pk").first()


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of users by id, for lists. One query."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "name"))


def list_authorities(user: User) -> QuerySet[Authority]:
    """Return all letters of authority of a person, with their parties, newest first."""
    return (
        Authority.objects.filter(user=user).select_related("party").order_by("-valid_from", "-pk")
    )


def list_proxies(party_id: UUID) -> list[Authority]:
    """Return who may act for a party, with their logins, newest first."""
    return list(
        Authority.objects.filter(party_id=party_id, revoked_at__isnull=True)
        .select_related("user")
        .order_by("-valid_from", "-pk")
    )


def list_waiting_authorities() -> QuerySet[Authority]:
    """Return claims that wait for an officer to see the letter, oldest first."""
    return (
        Authority.objects.filter(confirmed_at__isnull=True, revoked_at__isnull=True)
        .select_related("party", "user")
        .order_by("pk")
    )


def list_consents(party: Party) -> dict[str, Consent]:
    """Return the newest consent of a party by purpose."""
    return {one.purpose: one for one in party.consents.order_by("given_at", "pk")}


def list_disclosures(
    *, before: int | None = None, party_id: UUID | None = None, size: int = 50
) -> list[Disclosure]:
    """Return up to `size + 1` looks at masked data, newest first, by keyset; of one party when named. One query."""
    found = Disclosure.objects.select_related("user", "party")
    if party_id is not None:
        found = found.filter(party_id=party_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[: size + 1])


def list_call_backs() -> list[CallBackRequest]:
    """Return the people who asked to be called with a code, oldest first."""
    return list(CallBackRequest.objects.filter(done_at__isnull=True).order_by("asked_at", "pk"))


def list_device_officers(device_id: UUID, at: datetime) -> list[User]:
    """Return the active officers who are remembered on a device, the last one first."""
    remembered = (
        DeviceUser.objects.filter(
            device_id=device_id,
            device__revoked_at__isnull=True,
            trusted_until__gt=at,
            user__is_active=True,
        )
        .select_related("user")
        .order_by("-last_used_at", "pk")
    )
    return [one.user for one in remembered]


def list_devices(user: User, at: datetime) -> list[DeviceUser]:
    """Return the devices on which `user` need not show a second factor now, newest first."""
    return list(
        DeviceUser.objects.filter(user=user, device__revoked_at__isnull=True, trusted_until__gt=at)
        .select_related("device")
        .order_by("-last_used_at", "pk")
    )


def list_officers() -> QuerySet[User]:
    """Return everybody who holds or held a staff role, and officers who have none yet."""
    return (
        User.objects.filter(Q(assignments__isnull=False) | Q(party__isnull=True))
        .distinct()
        .prefetch_related("assignments__unit", "delegations")
        .order_by("name", "pk")
    )


def get_officer(user_id: int) -> User:
    """Return the officer with roles and delegations. Raises User.DoesNotExist."""
    return list_officers().get(pk=user_id)


def list_units() -> QuerySet[Unit]:
    """Return all units by name, with what they are part of."""
    return Unit.objects.select_related("parent").order_by("-active", "name", "pk")


def list_account_events(user: User, limit: int = 20) -> list[AccountEvent]:
    """Return the newest events of a login, with who did them."""
    return list(
        AccountEvent.objects.filter(user=user).select_related("by").order_by("-at", "-pk")[:limit]
    )


def held_roles(today: date) -> set[tuple[Role, str]]:
    """Return which roles active officers hold today, each with the kind of unit they hold it in. One query."""
    rows = RoleAssignment.objects.filter(_valid_on(today), user__is_active=True)
    return {(Role(role), kind) for role, kind in rows.values_list("role", "unit__kind").distinct()}


def has_signatory(today: date) -> bool:
    """Say whether an active officer who is a head today holds the power to sign. One query."""
    heads = RoleAssignment.objects.filter(_valid_on(today), role=Role.HEAD).values("user_id")
    signing = Delegation.objects.filter(_valid_on(today), revoked_at__isnull=True)
    return signing.filter(user__is_active=True, user_id__in=heads).exists()


def is_officer(user_id: int) -> bool:
    """Say whether this person has ever held a role in the office: where to sign in. One query."""
    return RoleAssignment.objects.filter(user_id=user_id).exists()


# --- Posts put aside ----------------------------------------------------------------------------
def find_held(user_id: int, held_id: str) -> HeldPost | None:
    """Return what waits for this user under that id; None for anybody else's, and for what is no id. One query."""
    try:
        key = UUID(held_id)
    except ValueError:
        return None
    return HeldPost.objects.filter(pk=key, user_id=user_id).first()


def list_held(user_id: int) -> list[HeldPost]:
    """Return what waits for this user, the latest first. One query."""
    return list(HeldPost.objects.filter(user_id=user_id).order_by("-at", "id"))
