"""Settings: the environment first, then the data directory, and a clear word about what is wrong."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest

from sevra_atlas.settings import (
    InvalidSettingError,
    MissingSettingError,
    Settings,
    local_base_url,
    require_valid,
)

URL = "postgresql://app@/sevra"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"SEVRA_DATA_DIR": str(tmp_path / "my data"), "SEVRA_DATABASE_URL": URL}


def test_a_bare_environment_serves_on_the_loopback_address(environ, tmp_path) -> None:
    settings = Settings.from_environment(environ)

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert settings.media_dir == tmp_path / "my data" / "media"
    assert settings.environment == "development"


def test_without_a_database_the_remedy_is_named(environ) -> None:
    del environ["SEVRA_DATABASE_URL"]

    with pytest.raises(MissingSettingError, match="SEVRA_DATABASE_URL is not set") as refusal:
        Settings.from_environment(environ)

    assert "sevra up" in refusal.value.hint


@pytest.mark.parametrize("port", ["0", "65536", "eight", "-1", "٨٠٨٠", "80.5"])
def test_a_port_that_is_none_is_refused(environ, port) -> None:
    with pytest.raises(InvalidSettingError, match="PORT is"):
        Settings.from_environment({**environ, "PORT": port})


def test_nobody_reads_the_metrics_unless_it_is_said_who(environ) -> None:
    stated = {"SEVRA_METRICS_ALLOWED_NETWORKS": "127.0.0.1 10.0.0.0/8", "SEVRA_TRUSTED_PROXIES": "::1"}

    assert Settings.from_environment(environ).metrics_networks == ()
    assert Settings.from_environment(environ).trusted_proxies == ()
    settings = Settings.from_environment({**environ, **stated})
    assert settings.metrics_networks == (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"))
    assert settings.trusted_proxies == (ip_network("::1/128"),)


@pytest.mark.parametrize("variable", ["SEVRA_METRICS_ALLOWED_NETWORKS", "SEVRA_TRUSTED_PROXIES"])
@pytest.mark.parametrize("networks", ["office", "10.0.0.1/8", "10.0.0.0/8,127.0.0.1"])
def test_a_network_that_is_none_is_refused_before_anything_starts(environ, variable, networks) -> None:
    with pytest.raises(InvalidSettingError, match=f"{variable} is"):
        Settings.from_environment({**environ, variable: networks})
    with pytest.raises(InvalidSettingError, match=f"{variable} is"):
        require_valid({**environ, variable: networks})


def test_an_unknown_environment_is_refused(environ) -> None:
    with pytest.raises(InvalidSettingError, match="SEVRA_ENV is 'staging'"):
        Settings.from_environment({**environ, "SEVRA_ENV": "staging"})


def test_a_public_address_has_no_slash_at_its_end(environ) -> None:
    settings = Settings.from_environment({**environ, "SEVRA_PUBLIC_URL": "https://sevra.example/"})

    assert settings.public_base_url == "https://sevra.example"


def test_a_public_address_without_a_scheme_is_refused(environ) -> None:
    with pytest.raises(InvalidSettingError, match="SEVRA_PUBLIC_URL"):
        Settings.from_environment({**environ, "SEVRA_PUBLIC_URL": "sevra.example"})


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80"), ("salon.local", "http://salon.local:80")],
)
def test_the_address_to_open_is_one_that_a_browser_can_open(host, url) -> None:
    assert local_base_url(host, 80) == url


def test_the_key_is_made_once_and_is_private(environ, tmp_path) -> None:
    first = Settings.from_environment(environ).secret_key

    assert Settings.from_environment(environ).secret_key == first
    assert len(first) == 64
    secret = tmp_path / "my data" / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in secret.parent.iterdir()] == ["secret"]


def test_processes_that_start_at_once_agree_on_the_key(environ) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Settings.from_environment(environ).secret_key, range(32)))

    assert len(keys) == 1


def test_production_demands_a_stated_key(environ, tmp_path) -> None:
    with pytest.raises(MissingSettingError, match="SEVRA_SECRET_KEY"):
        Settings.from_environment({**environ, "SEVRA_ENV": "production"})

    stated = Settings.from_environment({**environ, "SEVRA_ENV": "production", "SEVRA_SECRET_KEY": "k" * 32})

    assert stated.secret_key == b"k" * 32
    assert not (tmp_path / "my data").exists()


def test_secrets_do_not_show_in_the_representation(environ) -> None:
    settings = Settings.from_environment({**environ, "SEVRA_OWNER_URL": "postgresql://o:hidden@/sevra"})

    assert "hidden" not in repr(settings)
    assert URL not in repr(settings)
