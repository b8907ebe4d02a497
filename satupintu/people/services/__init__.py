"""
What changes people: signing in, parties and authority, staff and delegations, devices, consent.

Every function is keyword-only and takes `by` and `at` where a person acts; the modules beside this
one each hold one noun.
"""

from satupintu.people.services.accounts import (
    AddressTaken,
    change_address,
    change_language,
    open_account,
    register_address_teller,
    set_password,
)
from satupintu.people.services.codes import (
    CodeRefused,
    TooManyAttempts,
    ask_call_back,
    check_code,
    forget_old_codes,
    give_code,
    issue_code,
)
from satupintu.people.services.demo import (
    DEMO_PASSWORD,
    DemoLogin,
    Person,
    make_demo_person,
    set_up_demo_people,
)
from satupintu.people.services.devices import (
    forget_device_officer,
    remember_device,
    renew_device,
    revoke_device,
)
from satupintu.people.services.held import drop_held, forget_old_held, hold_post
from satupintu.people.services.parties import (
    AuthorityRefused,
    act_for,
    claim_authority,
    confirm_authority,
    create_party,
    disclosure_token,
    end_authority,
    give_authority,
    give_consent,
    read_disclosure_token,
    record_disclosure,
    register_letter_store,
    update_party,
    withdraw_consent,
)
from satupintu.people.services.staff import (
    StaffRefused,
    create_officer,
    end_role,
    give_delegation,
    give_role,
    revoke_delegation,
    save_unit,
    set_active,
    update_officer,
)

__all__ = [
    "DEMO_PASSWORD",
    "AddressTaken",
    "AuthorityRefused",
    "CodeRefused",
    "DemoLogin",
    "Person",
    "StaffRefused",
    "TooManyAttempts",
    "act_for",
    "ask_call_back",
    "change_address",
    "change_language",
    "check_code",
    "claim_authority",
    "confirm_authority",
    "create_officer",
    "create_party",
    "disclosure_token",
    "drop_held",
    "end_authority",
    "end_role",
    "forget_device_officer",
    "forget_old_codes",
    "forget_old_held",
    "give_authority",
    "give_code",
    "give_consent",
    "give_delegation",
    "give_role",
    "hold_post",
    "issue_code",
    "make_demo_person",
    "open_account",
    "read_disclosure_token",
    "record_disclosure",
    "register_address_teller",
    "register_letter_store",
    "remember_device",
    "renew_device",
    "revoke_delegation",
    "revoke_device",
    "save_unit",
    "set_active",
    "set_password",
    "set_up_demo_people",
    "update_officer",
    "update_party",
    "withdraw_consent",
]
