"""What people type about themselves and administrators about officers."""

import unicodedata
from datetime import date
from typing import Any

from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthMfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTotpForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm as AllauthAddWebAuthnForm
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from satupintu.lib import identity
from satupintu.people import rules
from satupintu.people.queries import Party, Unit, User
from satupintu.people.rules import (
    Address,
    AuthorityKind,
    BadAddress,
    GivenHow,
    Role,
    Signing,
)

PASSWORD_MIN = rules.PASSWORD_LENGTH
_UNREADABLE = frozenset({"Cc", "Cf", "Zl", "Zp"})  # Unicode categories
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NameField(forms.CharField):
    """
    The name of somebody, on one line as it reads.

    Names stand in the subjects of messages, in lists and on permits: what starts a line or turns the
    direction of reading would say something else there than what was typed.
    """

    def to_python(self, value: Any) -> str:
        spaced = ["" if unicodedata.category(ch) == "Cf" else ch for ch in str(value or "")]
        plain = [" " if unicodedata.category(ch) in _UNREADABLE else ch for ch in spaced if ch]
        return str(super().to_python(" ".join("".join(plain).split())))


class AddressForm(forms.Form):
    """One field: telephone number or e-mail address."""

    address = forms.CharField(
        label=_("Nomor HP atau surel"),
        max_length=254,
        help_text=_("Contoh: 0812-3456-7890 atau sari@contoh.id"),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_address(self) -> Address:
        try:
            return rules.read_address(self.cleaned_data["address"])
        except BadAddress as error:
            raise ValidationError(error.message) from error


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Kode 6 angka"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewPersonForm(forms.Form):
    """What a new person tells: a name, and that they agree."""

    name = NameField(
        label=_("Nama lengkap"),
        max_length=160,
        min_length=2,
        help_text=_("Seperti di KTP, tanpa gelar."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    consent = forms.BooleanField(
        label=_("Saya setuju data saya dipakai untuk membuat akun dan mengurus permohonan saya."),
        error_messages={"required": _("Tanpa persetujuan ini kami tidak dapat membuat akun.")},
    )
    messages = forms.BooleanField(
        label=_("Kabari saya lewat surel atau telepon tentang permohonan saya."),
        required=False,
        initial=True,
    )


class StaffSignInForm(forms.Form):
    username = forms.CharField(
        label=_("Nama pengguna"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label=_("Kata sandi"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _past(born: date | None, today: date) -> date | None:
    """Return a birthday as it is. Raises ValidationError when it lies ahead."""
    if born is not None and born >= today:
        raise ValidationError(gettext("Tanggal lahir harus sebelum hari ini."))
    return born


class ProfileForm(forms.Form):
    """A person's own data; what officers would otherwise ask again at every application."""

    name = NameField(label=_("Nama lengkap"), max_length=160, min_length=2)
    identity = forms.CharField(
        label=_("NIK"),
        max_length=25,
        required=False,
        help_text=_(
            "16 angka di KTP. Hanya petugas yang mengurus permohonan Anda yang melihatnya."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    birth_date = forms.DateField(label=_("Tanggal lahir"), required=False, widget=_DATE)
    address = forms.CharField(
        label=_("Alamat"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
    )
    language = forms.ChoiceField(
        label=_("Bahasa"),
        choices=[("id", "Bahasa Indonesia"), ("en", "English")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, today: date, seen_identity: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if seen_identity:
            # A number that an officer has seen on a card is changed at the counter, not here.
            del self.fields["identity"]

    def clean_identity(self) -> str:
        typed = self.cleaned_data["identity"]
        if not typed:
            return ""
        try:
            return identity.check_nik(typed, self.today).value
        except identity.BadNik as error:
            raise ValidationError(error.message) from error

    def clean_birth_date(self) -> date | None:
        return _past(self.cleaned_data["birth_date"], self.today)


class PasswordForm(forms.Form):
    """Set or change a password; the old one is asked where there is one."""

    old = forms.CharField(
        label=_("Kata sandi lama"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("Kata sandi baru"),
        strip=False,
        max_length=128,
        min_length=PASSWORD_MIN,
        help_text=_("Sedikitnya 10 huruf. Beberapa kata yang mudah Anda ingat sudah cukup kuat."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["old"]

    def clean_old(self) -> str:
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise ValidationError(gettext("Kata sandi lama tidak cocok."))
        return old

    def clean_new(self) -> str:
        new = str(self.cleaned_data["new"])
        if new.casefold() in {self.user.username.casefold(), self.user.name.casefold()}:
            raise ValidationError(gettext("Kata sandi tidak boleh sama dengan nama Anda."))
        if len(set(new)) < rules.PASSWORD_LETTERS:
            raise ValidationError(gettext("Kata sandi ini terlalu mudah ditebak."))
        return new


class AuthorityForm(forms.Form):
    """Whom one wants to act for."""

    whom = forms.ChoiceField(
        label=_("Siapa yang Anda wakili?"),
        choices=[("nib", _("Badan usaha atau organisasi")), ("nik", _("Orang lain"))],
        widget=forms.RadioSelect,
    )
    name = NameField(label=_("Nama yang diwakili"), max_length=160, min_length=2)
    identity = forms.CharField(
        label=_("NIB atau NPWP (badan), NIK (orang)"),
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("Sebagai apa?"),
        choices=[(kind.value, label) for kind, label in rules.AUTHORITY_LABELS.items()],
        widget=forms.RadioSelect,
    )
    valid_until = forms.DateField(
        label=_("Berlaku sampai"),
        required=False,
        widget=_DATE,
        help_text=_("Kosongkan bila surat kuasa tidak menyebut batas."),
    )
    letter = forms.FileField(
        label=_("Surat kuasa"),
        required=False,
        help_text=_("PDF atau foto. Wajib untuk penerima kuasa."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        whom, typed = cleaned.get("whom"), cleaned.get("identity", "")
        try:
            if whom == "nik":
                cleaned["identity"] = identity.check_nik(typed, self.today).value
                cleaned["identity_kind"] = "nik"
                if cleaned.get("kind") == AuthorityKind.OFFICER:
                    self.add_error("kind", gettext("Untuk orang lain, Anda penerima kuasa."))
            elif whom == "nib" and typed:
                self._clean_organisation(cleaned, typed)
        except identity.BadIdentity as error:
            self.add_error("identity", error.message)
        until = cleaned.get("valid_until")
        if until is not None and until <= self.today:
            self.add_error("valid_until", gettext("Tanggal ini sudah lewat."))
        return cleaned

    def _clean_organisation(self, cleaned: dict[str, Any], typed: str) -> None:
        cleaned["identity"], cleaned["identity_kind"] = _number_of_organisation(typed, self.today)


def _number_of_organisation(typed: str, today: date) -> tuple[str, str]:
    """Return an NPWP or NIB, tidied, and which of them it is. Raises BadIdentity."""
    digits = "".join(ch for ch in typed if ch.isdigit())
    if len(digits) in {15, 16}:
        return identity.check_npwp(typed, today), "npwp"
    return identity.check_nib(typed), "nib"


# --- Counter ------------------------------------------------------------------------------
class PartyDataForm(forms.Form):
    """What is known of a person or organisation, mended by an officer who has the card or letter before them."""

    name = NameField(label=_("Nama lengkap"), max_length=160, min_length=2)
    identity = forms.CharField(
        label=_("NIK"),
        max_length=25,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    birth_date = forms.DateField(label=_("Tanggal lahir"), required=False, widget=_DATE)
    address = forms.CharField(
        label=_("Alamat"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.BooleanField(label=_("Nomor ini sudah saya cocokkan dengan KTP"), required=False)

    def __init__(self, *args: Any, party: Party, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.party = party
        self.today = today
        self.fields["identity"].required = bool(party.identity)  # what is on record stays
        if party.is_organisation:
            del self.fields["birth_date"]
            self.fields["identity"].label = _("NIB atau NPWP")
            self.fields["seen"].label = _("Nomor ini sudah saya cocokkan dengan surat badan ini")

    def clean_identity(self) -> str:
        typed = self.cleaned_data["identity"]
        if not typed or "".join(filter(str.isdigit, typed)) == self.party.identity:
            return self.party.identity  # as it is: of another kind, perhaps, from an older register
        try:
            if self.party.is_organisation:
                number, self.cleaned_data["identity_kind"] = _number_of_organisation(
                    typed, self.today
                )
                return number
            self.cleaned_data["identity_kind"] = "nik"
            return identity.check_nik(typed, self.today).value
        except identity.BadIdentity as error:
            raise ValidationError(error.message) from error

    def clean_birth_date(self) -> date | None:
        return _past(self.cleaned_data["birth_date"], self.today)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "identity" not in cleaned:
            return cleaned
        is_new = cleaned["identity"] != self.party.identity
        if cleaned.get("seen") and not cleaned["identity"]:
            self.add_error("identity", gettext("Tulis nomor yang Anda cocokkan."))
        elif is_new and not cleaned.get("seen"):
            self.add_error("seen", gettext("Nomor hanya diganti dengan kartunya di depan Anda."))
        return cleaned


class GiveCodeForm(AddressForm):
    """An officer gives a code to somebody they have identified."""

    how = forms.ChoiceField(
        label=_("Bagaimana orang ini Anda kenali?"),
        choices=[
            (GivenHow.COUNTER.value, _("Hadir di loket, KTP sudah saya lihat")),
            (GivenHow.CALL_BACK.value, _("Saya telepon ke nomor ini, orangnya sudah saya tanyai")),
        ],
        widget=forms.RadioSelect,
    )


# --- Administration -----------------------------------------------------------------------
class OfficerForm(forms.Form):
    """An officer's login and what is printed of them."""

    username = forms.SlugField(
        label=_("Nama pengguna"), max_length=40, help_text=_("Huruf kecil, angka, tanda hubung.")
    )
    name = NameField(label=_("Nama lengkap dengan gelar"), max_length=160)
    email = forms.EmailField(label=_("Surel dinas"), required=False)
    nip = forms.CharField(label=_("NIP"), max_length=25, required=False)
    position = forms.CharField(label=_("Jabatan"), max_length=160, required=False)
    rank = forms.CharField(label=_("Pangkat/golongan"), max_length=80, required=False)
    password = forms.CharField(
        label=_("Kata sandi awal"),
        max_length=128,
        min_length=PASSWORD_MIN,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, editing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if editing:
            del self.fields["username"], self.fields["email"]
            self.fields["password"].required = False
            self.fields["password"].label = _("Kata sandi baru")

    def clean_nip(self) -> str:
        typed = self.cleaned_data["nip"]
        if not typed:
            return ""
        try:
            return identity.check_nip(typed).value
        except identity.BadNip as error:
            raise ValidationError(error.message) from error


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Peran"))
    unit = forms.ModelChoiceField(label=_("Perangkat daerah"), queryset=Unit.objects.none())
    valid_from = forms.DateField(label=_("Mulai tanggal"), widget=_DATE)
    valid_until = forms.DateField(label=_("Sampai sebelum tanggal"), required=False, widget=_DATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = self.fields["unit"]
        assert isinstance(units, forms.ModelChoiceField)
        units.queryset = Unit.objects.filter(active=True).order_by("name", "pk")
        roles = self.fields["role"]
        assert isinstance(roles, forms.ChoiceField)
        roles.choices = [
            (role.value, rules.ROLE_LABELS[role]) for role in Role if role in rules.STAFF_ROLES
        ]


class DelegationForm(forms.Form):
    decree_number = forms.CharField(label=_("Nomor keputusan"), max_length=80)
    decree_date = forms.DateField(label=_("Tanggal keputusan"), widget=_DATE)
    signing = forms.ChoiceField(label=_("Kedudukan"))
    title = forms.CharField(
        label=_("Jabatan yang wewenangnya dipakai"),
        max_length=160,
        help_text=_("Dicetak di atas tanda tangan, misalnya Kepala DPMPTSP Kabupaten Sanggau."),
    )
    services = forms.CharField(
        label=_("Kode layanan"),
        required=False,
        help_text=_("Pisahkan dengan koma. Kosong berarti semua layanan."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    valid_from = forms.DateField(label=_("Mulai tanggal"), widget=_DATE)
    valid_until = forms.DateField(label=_("Sampai sebelum tanggal"), required=False, widget=_DATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signing = self.fields["signing"]
        assert isinstance(signing, forms.ChoiceField)
        signing.choices = [
            (Signing.OWN.value, _("Kepala sendiri")),
            (Signing.ATAS_NAMA.value, _("a.n. (atas nama)")),
            (Signing.PELAKSANA_HARIAN.value, _("Plh. (pelaksana harian)")),
            (Signing.PELAKSANA_TUGAS.value, _("Plt. (pelaksana tugas)")),
        ]

    def clean_services(self) -> list[str]:
        written = self.cleaned_data["services"].replace("\n", ",")
        return [code.strip() for code in written.split(",") if code.strip()]


class UnitForm(forms.Form):
    code = forms.SlugField(label=_("Kode"), max_length=40)
    name = forms.CharField(label=_("Nama"), max_length=160)
    short_name = forms.CharField(label=_("Nama pendek"), max_length=60, required=False)
    kind = forms.ChoiceField(
        label=_("Jenis"),
        help_text=_("Menurut jenisnya unit ini dimintai rekomendasi dan menjawab pengaduan."),
    )
    parent = forms.ModelChoiceField(
        label=_("Bagian dari"), queryset=Unit.objects.none(), required=False
    )
    address = forms.CharField(
        label=_("Alamat"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    active = forms.BooleanField(label=_("Aktif"), required=False, initial=True)

    def __init__(self, *args: Any, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = self.fields["parent"]
        assert isinstance(parents, forms.ModelChoiceField)
        others = Unit.objects.exclude(pk=unit.pk) if unit else Unit.objects.all()
        parents.queryset = others.order_by("name", "pk")
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [("", _("Pilih")), *rules.UNIT_KIND_LABELS.items()]
        if unit is not None and unit.kind not in rules.UNIT_KIND_LABELS:
            kinds.choices.append((unit.kind, unit.kind))  # of a service file that this office wrote


# --- Second factor: allauth's checks under our words ---------------------------------------
def _code_words(form: forms.Form) -> None:
    field = form.fields["code"]
    field.label = _("Kode 6 angka dari aplikasi, atau kode cadangan")
    field.widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})


class SecondFactorForm(AllauthAuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_words(self)


class SecondFactorAgainForm(AllauthMfaReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_words(self)


class ActivateTotpForm(AllauthActivateTotpForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code_words(self)
        self.fields["code"].label = _("Kode 6 angka yang ditampilkan aplikasi")


class _ReadableCredential:
    """
    Answers that are no credential at all are refused, not a crash.

    fido2 raises whatever the missing part makes it raise; can go when allauth catches it itself.
    """

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # mixed into allauth's forms
        except (KeyError, AttributeError, TypeError, ValueError) as error:
            raise ValidationError(gettext("Kunci tidak terbaca. Coba lagi.")) from error


class PasskeySignInForm(_ReadableCredential, LoginWebAuthnForm):  # type: ignore[misc]  # untyped
    pass


class PasskeyFactorForm(_ReadableCredential, AuthenticateWebAuthnForm):  # type: ignore[misc]  # untyped
    pass


class PasskeyAgainForm(_ReadableCredential, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # untyped
    pass


class PasskeyForm(AllauthAddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nama kunci")
        self.fields["name"].help_text = _("Misalnya: HP saya, kunci USB loket 2.")
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Pakai untuk masuk tanpa kata sandi")
        passwordless.help_text = _("Perangkat akan meminta sidik jari, wajah, atau PIN.")

    def clean(self) -> Any:
        try:
            return super().clean()
        except (KeyError, AttributeError, TypeError, ValueError) as error:
            raise ValidationError(gettext("Kunci tidak terbaca. Coba lagi.")) from error


class PasswordAgainForm(AllauthReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label = _("Kata sandi")
        field.widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
