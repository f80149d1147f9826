"""Libraries that ask services on the internet: what makes their objects, and which methods wait for an answer.

Makers are dotted names as a user imports them; a `*` stands for any part of a name. What such an object gives
(`client.bucket("b").blob(name)`) counts as part of it.
"""

from __future__ import annotations

from pytest_gilcheck.rules.asyncio.client import Client, network, words

_CLOUD = words(
    "put_* get_* list_* delete_* describe_* create_* update_* head_* send_* receive_* publish invoke query scan batch_* copy copy_* "
    "upload_* download_* start_* stop_* run_* tag_* untag_* assume_* enable_* disable_* terminate_* restore_* execute_* detect_* "
    "analyze_* translate_* synthesize_* generate_data_key encrypt decrypt converse verify_* transact_* purge_* change_* load reload "
    "wait publish_batch invoke_* complete_* abort_* -get_paginator -get_waiter -create_client -get_available_* -get_credentials "
    "-get_config_variable -get_component -get_default_client_config -get_scoped_config"
)
_MODELS = words("create parse generate complete embed retrieve delete upload rerank chat generate_content send_message stream")
_ADDRESSES = words(
    "get_* create_* edit* update_* delete_* search_* merge_* add_* list* issue* transition_* assign_* -get_page -list_fields"
)

CLOUD_CLIENTS: tuple[tuple[str, Client], ...] = (
    (
        (
            "boto3.client boto3.resource boto3.Session boto3.session.Session botocore.session.get_session botocore.session.Session "
            "boto3.Client botocore.client.BaseClient mypy_boto3_*.*Client mypy_boto3_*.client.*Client"
        ),
        Client(_CLOUD, network("an answer of the cloud", "aioboto3 or aiobotocore"), lazy=words("paginate")),
    ),
    (
        (
            "openai.OpenAI openai.AzureOpenAI openai.Client anthropic.Anthropic anthropic.AnthropicBedrock groq.Groq mistralai.Mistral "
            "cohere.Client cohere.ClientV2 together.Together google.generativeai.GenerativeModel google.genai.Client zhipuai.ZhipuAI "
            "ollama.Client replicate.Client"
        ),
        Client(_MODELS, network("the model's answer", "the asynchronous client of the same package"), {"aio": None}, give=words("chat")),
    ),
    (
        "slack_sdk.WebClient slack_sdk.web.WebClient slack_sdk.webhook.WebhookClient",
        Client(
            words("chat_* conversations_* users_* files_* views_* reactions_* auth_test api_call send"),
            network("Slack", "`slack_sdk.web.async_client.AsyncWebClient`"),
        ),
    ),
    (
        (
            "google.cloud.storage.Client google.cloud.bigquery.Client google.cloud.firestore.Client google.cloud.datastore.Client "
            "google.cloud.secretmanager.SecretManagerServiceClient"
        ),
        Client(
            words(
                "upload_* download_* get_bucket get_blob create_* exists reload delete delete_* copy_blob query insert_rows* load_table_* "
                "get_table get_dataset get set update add commit put put_multi get_multi access_secret_version result"
            ),
            network("an answer of the cloud", "an asynchronous client (gcloud-aio)"),
            give=words("get_bucket get_blob get_table create_bucket query get"),
        ),
    ),
    ("googleapiclient.discovery.build", Client(words("execute next_chunk"), network("an answer of the cloud", "aiogoogle"))),
    (
        "gspread.authorize gspread.service_account gspread.oauth",
        Client(
            words(
                "open open_by_key open_by_url worksheet worksheets get_* append_* update update_* batch_* row_values col_values find cell "
                "acell insert_row delete_rows"
            ),
            network("an answer of the cloud", "gspread_asyncio"),
            give=words("open open_by_key open_by_url worksheet"),
        ),
    ),
    (
        (
            "azure.storage.*.*Client azure.storage.blob.*.from_connection_string azure.cosmos.CosmosClient "
            "azure.keyvault.secrets.SecretClient "
            "azure.identity.*Credential azure.containerregistry.*Client azure.data.tables.*Client azure.appconfiguration.*Client "
            "azure.servicebus.*Client azure.eventhub.*Client azure.search.documents.*Client azure.mgmt.*.*Client azure.ai.*.*Client"
        ),
        Client(
            words(
                "upload_* download_* delete_* create_* get_*_properties exists readall readinto read_item upsert_item replace_item "
                "get_secret set_secret get_token send_message receive_message analyze_* list_* begin_* query_* upsert_* -get_*_client"
            ),
            network("an answer of the cloud", "the client of the same name in `….aio`"),
        ),
    ),
    (
        "kubernetes.client.*Api kubernetes.dynamic.DynamicClient",
        Client(
            words("list_* read_* create_* delete_* patch_* replace_* get_* connect_* -get_api_client"),
            network("the cluster", "kubernetes_asyncio"),
        ),
    ),
    (
        "minio.Minio",
        Client(
            words("*_object *_objects *_bucket *_buckets bucket_exists -presigned_*"), network("an answer of the store", "miniopy-async")
        ),
    ),
    (
        (
            "requests_html.HTMLSession cloudscraper.create_scraper requests_cache.CachedSession requests_oauthlib.OAuth2Session "
            "requests_oauthlib.OAuth1Session requests_toolbelt.sessions.BaseUrlSession authlib.integrations.requests_client.OAuth2Session "
            "httplib2.Http urllib3.HTTPConnectionPool urllib3.HTTPSConnectionPool urllib3.ProxyManager "
            "tornado.httpclient.HTTPClient curl_cffi.requests.Session niquests.Session"
        ),
        Client(
            words("get post put patch delete head options request send fetch_token fetch_access_token urlopen fetch"),
            network("an HTTP answer", "an asynchronous client (httpx.AsyncClient, aiohttp)"),
        ),
    ),
    (
        (
            "github.Github gitlab.Gitlab jira.JIRA jenkins.Jenkins tweepy.API tweepy.Client twilio.rest.Client telebot.TeleBot "
            "sendgrid.SendGridAPIClient discord.SyncWebhook.from_url discord_webhook.DiscordWebhook stripe.StripeClient"
        ),
        Client(
            words("send send_* create fetch execute update_status build_job retrieve polling infinity_polling"),
            network("an HTTP answer", "an asynchronous client"),
        ),
    ),
    (
        "github.Github gitlab.Gitlab jira.JIRA tweepy.API tweepy.Client",
        Client(_ADDRESSES, network("an HTTP answer", "an asynchronous client"), give=words("get_* issue")),
    ),
    ("xmlrpc.client.ServerProxy", Client(words("*"), network("an HTTP answer", "aiohttp-xmlrpc"))),
    (
        "zeep.Client suds.client.Client",
        Client(words("create_message_"), network("an HTTP answer", "`zeep.AsyncClient`"), {"service": words("*")}),
    ),
    ("yt_dlp.YoutubeDL youtube_dl.YoutubeDL", Client(words("download extract_info"), network("the download", "another process"))),
    (
        "web3.Web3",
        Client(
            words("get_* send_transaction send_raw_transaction wait_for_transaction_receipt call estimate_gas"),
            network("the node", "`web3.AsyncWeb3`"),
        ),
    ),
)
