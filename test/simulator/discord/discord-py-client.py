"""A bot on discord.py, to see that the simulated Discord is one for a client that nobody here wrote. Usage: PORT TOKEN."""

import asyncio
import io
import sys

import discord
import yarl
from discord import app_commands, gateway, http

port, token = sys.argv[1:3]
http.Route.BASE = f"http://127.0.0.1:{port}/api/v10"
gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}")


class Bot(discord.Client):
    async def setup_hook(self):
        tree = app_commands.CommandTree(self)

        @tree.command(name="imagine", description="Draws")
        async def imagine(interaction: discord.Interaction, prompt: str):
            await interaction.response.defer()
            view = discord.ui.View()
            view.add_item(discord.ui.Button(label="Reroll", custom_id="reroll:1"))
            picture = discord.File(io.BytesIO(b"picture"), "fox.png", description="a fox")
            message = await interaction.edit_original_response(content=prompt, attachments=[picture], view=view)
            print("edited", message.attachments[0].filename, flush=True)

        await tree.sync()
        print("registered", flush=True)

    async def on_ready(self):
        print("ready", self.user.name, [guild.name for guild in self.guilds], flush=True)

    async def on_resumed(self):
        print("resumed", flush=True)


bot = Bot(intents=discord.Intents(guilds=True))
asyncio.run(bot.start(token))
